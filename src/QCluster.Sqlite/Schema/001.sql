-- Identifiers are 16 bytes in the order of their digits, times microseconds since 1970.
CREATE TABLE qcluster_tasks (
    id BLOB NOT NULL PRIMARY KEY,
    queue TEXT NOT NULL,
    state INTEGER NOT NULL,
    name TEXT,
    func TEXT,
    group_name TEXT,
    cluster TEXT NOT NULL,
    started INTEGER,
    stopped INTEGER NOT NULL,
    record BLOB NOT NULL
) STRICT;

-- The newest of each outcome, and retention by age and count, which work from the oldest.
CREATE INDEX qcluster_tasks_succeeded ON qcluster_tasks (stopped, id) WHERE state = 3;
CREATE INDEX qcluster_tasks_not_succeeded ON qcluster_tasks (stopped, id) WHERE state <> 3;

-- The newest of a function. Every task has one, so this is the one index by content that every row pays for.
CREATE INDEX qcluster_tasks_func ON qcluster_tasks (func, stopped, id);

-- Groups and names: only tasks that have one are in them.
CREATE INDEX qcluster_tasks_group ON qcluster_tasks (group_name, stopped, id) WHERE group_name IS NOT NULL;
CREATE INDEX qcluster_tasks_name ON qcluster_tasks (name, stopped, id) WHERE name IS NOT NULL;
