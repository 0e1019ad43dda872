"""Writes what tools/compare.sh has measured into docs/performance.md (between its marks) and the plots beside it."""
import json, os, re, statistics, subprocess, sys

import matplotlib
matplotlib.use("svg")
import matplotlib.pyplot as plt

matplotlib.rcParams.update({"svg.hashsalt": "qcluster", "font.size": 9})
DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs")
FOUND, ROUNDS = sys.argv[1], int(sys.argv[2])
OURS = "QCluster"
# Our measure, the peers' measure, heading, decimals.
COLUMNS = [
    ("enqueue, one at a time", "enqueue_one_per_s", "enqueue one by one, /s", 0),
    ("enqueue, bulk", "enqueue_bulk_per_s", "enqueue bulk, /s", 0),
    ("drain", "drain_per_s", "drain, /s", 0),
    ("enqueue while draining", "e2e_per_s", "enqueue while draining, /s", 0),
    ("latency p50", "latency_p50_ms", "latency p50, ms", 2),
    ("latency p99", "latency_p99_ms", "latency p99, ms", 2),
    ("drain: Redis CPU per task", "redis_cpu_s_per_10k", "Redis CPU, us a task", 1),
]
NOTES = {
    "celery/2proc-solo": "result kept",
    "bullmq/1proc-c100": "result kept",
    "sidekiq/2proc-hiredis": "no result, no acknowledgement",
    "sidekiq/2proc-store-hiredis": "result kept, no acknowledgement",
    "django-q/tuned-1w": "result kept, no acknowledgement",
    "rq/2w-simple": "result kept",
    OURS: "signed, acknowledged, result kept",
}


def load(name):
    with open(os.path.join(FOUND, name)) as file:
        return json.load(file)


def rounds():
    """queue -> measure -> one value a round"""
    table = {}
    for n in range(1, ROUNDS + 1):
        ours = {m["name"]: m["median"] for m in load(f"qcluster-{n}.json")["measures"]}
        for mine, _, _, _ in COLUMNS:
            table.setdefault(OURS, {}).setdefault(mine, []).append(ours[mine])
        for peer, measures in load(f"{n}/results.json")["peers"].items():
            for mine, theirs, _, _ in COLUMNS:
                if theirs in measures:
                    value = measures[theirs]["median"] * (100 if theirs.endswith("per_10k") else 1)
                    table.setdefault(peer, {}).setdefault(mine, []).append(value)
    return table


def cell(values, decimals):
    if not values:
        return "–"
    text = f"{statistics.median(values):,.{decimals}f}"
    return text if len(values) == 1 else f"{text} ({min(values):,.{decimals}f}–{max(values):,.{decimals}f})"


def compared(table):
    lines = ["| | " + " | ".join(c[2] for c in COLUMNS) + " | what it does |", "|---|" + "---:|" * len(COLUMNS) + "---|"]
    for queue, measures in table.items():
        name = f"**{queue}**" if queue == OURS else queue
        lines.append(f"| {name} | " + " | ".join(cell(measures.get(c[0]), c[3]) for c in COLUMNS) + f" | {NOTES.get(queue, '')} |")
    lines.append("")
    ratios = []
    for mine, _, heading, _ in COLUMNS:
        of = {q: statistics.median(m[mine]) for q, m in table.items() if m.get(mine)}
        if "bullmq/1proc-c100" in of:
            ratios.append(f"{heading.split(',')[0]} {of[OURS] / of['bullmq/1proc-c100']:.2f}")
    lines.append("–: not measured with this setting; each queue's client is measured with one.")
    lines.append("")
    lines.append(f"Ratios to BullMQ: {', '.join(ratios)}.")
    return lines


def plot_compared(table):
    shown = [c for c in COLUMNS if c[0] in ("enqueue, bulk", "drain", "enqueue while draining", "latency p50")]
    figure, axes = plt.subplots(1, len(shown), figsize=(11, 2.6), sharey=True)
    queues = list(table)[::-1]
    for axis, (mine, _, heading, _) in zip(axes, shown):
        values = [statistics.median(table[q][mine]) if table[q].get(mine) else 0 for q in queues]
        axis.barh(queues, values, color=["#2a6" if q == OURS else "#aaa" for q in queues])
        axis.set_title(heading, fontsize=9)
        axis.xaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda v, _: f"{v / 1000:g}k" if v >= 1000 else f"{v:g}"))
        axis.tick_params(axis="x", labelsize=7)
    figure.tight_layout()
    figure.savefig(os.path.join(DOCS, "performance-peers.svg"), metadata={"Date": None})


def number(text):
    return int(text.replace(",", ""))


def grown(measures):
    kinds = [
        ("drain, /s, by tasks queued", r"drain, ([\d,]+) queued", True),
        ("latency p50, ms, by tasks waiting", r"latency, ([\d,]+) others waiting, p50", True),
        ("drain, /s, by workers", r"drain, (\d+) workers", False),
        ("drain, /s, by queues", r"drain, (\d+) queues", False),
        ("drain, /s, by bytes of arguments", r"drain, arguments of ([\d,]+) bytes", True),
        ("drain, /s, by size of groups", r"drain, groups of ([\d,]+)", True),
    ]
    figure, axes = plt.subplots(2, 3, figsize=(11, 5))
    lines = ["| measure | |", "|---|---|"]
    for axis, (title, pattern, logarithmic) in zip(axes.flat, kinds):
        points = sorted((number(match.group(1)), m["median"]) for m in measures if (match := re.fullmatch(pattern, m["name"])))
        axis.plot([p[0] for p in points], [p[1] for p in points], marker="o", color="#2a6")
        axis.set_title(title, fontsize=9)
        axis.set_ylim(0, 1.15 * max(p[1] for p in points))
        if logarithmic:
            axis.set_xscale("log")
        lines.append(f"| {title} | " + ", ".join(f"{x:,}: {y:,.0f}" if y >= 10 else f"{x:,}: {y:.2f}" for x, y in points) + " |")
    figure.tight_layout()
    figure.savefig(os.path.join(DOCS, "performance-growth.svg"), metadata={"Date": None})
    return lines


def replace(text, mark, lines):
    begin, end = f"<!-- {mark}: written by tools/compare.sh -->", f"<!-- {mark}: end -->"
    at, stop = text.index(begin) + len(begin), text.index(end)
    return text[:at] + "\n" + "\n".join(lines) + "\n" + text[stop:]


path = os.path.join(DOCS, "performance.md")
with open(path) as file:
    text = file.read()
table = rounds()
machine = re.search(r"model name\s*:\s*(.*)", open("/proc/cpuinfo").read()).group(1)
redis = subprocess.check_output(["redis-server", "--version"], text=True).split()[2].removeprefix("v=")
meta = [f"{os.cpu_count()} processors ({machine}), redis-server {redis}; medians of {ROUNDS} rounds (least–most).", ""]
text = replace(text, "peers", meta + compared(table))
plot_compared(table)
if os.path.exists(os.path.join(FOUND, "growth.json")):
    text = replace(text, "growth", grown(load("growth.json")["measures"]))
with open(path, "w") as file:
    file.write(text)
print("\n".join(compared(table)))
