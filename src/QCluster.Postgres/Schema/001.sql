CREATE TABLE qcluster.tasks (
    id uuid PRIMARY KEY,
    queue text NOT NULL,
    state smallint NOT NULL,
    name text,
    func text,
    group_name text,
    cluster text NOT NULL,
    started timestamptz,
    stopped timestamptz NOT NULL,
    record bytea NOT NULL
);

-- The newest of each outcome, and retention by age and count, which work from the oldest.
CREATE INDEX tasks_succeeded ON qcluster.tasks (stopped, id) WHERE state = 3;
CREATE INDEX tasks_not_succeeded ON qcluster.tasks (stopped, id) WHERE state <> 3;

-- The newest of a function. Every task has one, so this is the one index by content that every row pays for.
CREATE INDEX tasks_func ON qcluster.tasks (func, stopped, id);

-- Groups and names: only tasks that have one are in them.
CREATE INDEX tasks_group ON qcluster.tasks (group_name, stopped, id) WHERE group_name IS NOT NULL;
CREATE INDEX tasks_name ON qcluster.tasks (name, stopped, id) WHERE name IS NOT NULL;

-- A cluster's tasks are found by time, since a cluster lives in a span of it: they need no index of their own.
