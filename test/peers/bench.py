#!/usr/bin/env python3
"""Measures existing task queues on a private Redis. See README.md.  stdlib only.

  bench.py [--reps 3] [--scale 1.0] [--only PEER[/CONFIG],...] [--recovery] [--limit] [--out DIR]
"""
import argparse, fcntl, json, os, re, resource, signal, socket, statistics, subprocess, sys, time
HERE = os.path.dirname(os.path.abspath(__file__))
TMP = os.environ.get("PEERS_TMP", "/tmp/peers")
RUN = os.path.join(TMP, "run")
PY = os.environ.get("PEERS_PYTHON", "/usr/bin/python3")   # Debian's python3, which owns the apt modules
LOCK = os.environ.get("PEERS_LOCK", os.path.join(TMP, "lock"))
TICK = os.sysconf("SC_CLK_TCK")

# ---------------------------------------------------------------- redis
class R:
    def __init__(self, port, db=0):
        self.s = socket.create_connection(("127.0.0.1", port)); self.f = self.s.makefile("rb")
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if db: self("SELECT", db)
    def __call__(self, *a):
        b = b"*%d\r\n" % len(a)
        for x in a:
            x = str(x).encode(); b += b"$%d\r\n%s\r\n" % (len(x), x)
        self.s.sendall(b); return self._r()
    def _r(self):
        l = self.f.readline()
        t, v = l[:1], l[1:-2]
        if t == b"+": return v.decode()
        if t == b"-": raise RuntimeError(v.decode())
        if t == b":": return int(v)
        if t == b"$":
            n = int(v)
            return None if n < 0 else self.f.read(n + 2)[:-2]
        if t == b"*": return None if int(v) < 0 else [self._r() for _ in range(int(v))]
        raise RuntimeError(repr(l))

def start_redis():
    os.makedirs(RUN, exist_ok=True)
    for port in range(6620, 6700):
        s = socket.socket()
        try: s.bind(("127.0.0.1", port))
        except OSError: continue
        finally: s.close()
        p = subprocess.Popen(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                              "--dir", RUN, "--loglevel", "warning"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        for _ in range(200):      # only ever use a server that is really ours: never flush somebody else's
            if p.poll() is not None: break
            try: info = R(port)("INFO", "server")
            except OSError: time.sleep(0.02); continue
            if f"process_id:{p.pid}\r".encode() in info: return p, port
            break
        if p.poll() is None: p.terminate(); p.wait()
    raise SystemExit("no port")

# ---------------------------------------------------------------- processes
def tree(pid):
    out, todo = [], [pid]
    while todo:
        p = todo.pop()
        if not os.path.exists(f"/proc/{p}"): continue
        out.append(p)
        try:
            for t in os.listdir(f"/proc/{p}/task"):
                todo += [int(x) for x in open(f"/proc/{p}/task/{t}/children").read().split()]
        except OSError: pass
    return out
def cpu(pids, waited=True):
    s = 0
    for p in pids:
        try: f = open(f"/proc/{p}/stat").read().rsplit(")", 1)[1].split()
        except OSError: continue
        s += int(f[11]) + int(f[12]) + (int(f[13]) + int(f[14]) if waited else 0)   # + reaped children (forked work horses)
    return s / TICK
def rss(pids):
    hwm = pss = 0
    for p in pids:
        try:
            m = re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{p}/status").read()); hwm += int(m.group(1)) if m else 0
            m = re.search(r"^Pss:\s+(\d+)", open(f"/proc/{p}/smaps_rollup").read(), re.M); pss += int(m.group(1)) if m else 0
        except OSError: pass
    return hwm / 1024, pss / 1024
def born(p):
    try: return open(f"/proc/{p}/stat").read().rsplit(")", 1)[1].split()[19]
    except OSError: return None
def kill_tree(procs, grace=4.0):
    pids = {q: born(q) for p in procs for q in tree(p.pid)}
    for p in procs:
        if p.poll() is None: p.terminate()
    end = time.time() + grace
    for p in procs:
        try: p.wait(max(0.05, end - time.time()))
        except subprocess.TimeoutExpired: pass
    for q, b in pids.items():        # start time compared: pids are reused quickly when a peer forks per task
        try:
            if b and born(q) == b: os.kill(q, signal.SIGKILL)
        except OSError: pass
    for p in procs: p.wait()

# ---------------------------------------------------------------- peers
NODE = {"NODE_PATH": os.path.join(TMP, "bullmq", "node_modules")}
def d(x): return os.path.join(HERE, x)
PEERS = {
 "celery": dict(dir="celery_peer", client=[PY, "client.py"], count=lambda r0, r1: r1("DBSIZE"),
   worker=[PY, "-m", "celery", "-A", "tasks", "worker", "--concurrency=2", "--loglevel=WARNING"],
   n=dict(one=18000, bulk=18000, e2e=13000),
   configs={
     "default": dict(),
     "tuned": dict(env={"PEERS_PREFETCH": "64"}, args=["--without-gossip", "--without-mingle", "--without-heartbeat"]),
     "2proc-solo": dict(procs=2, env={"PEERS_PREFETCH": "64"}, args=["--without-gossip", "--without-mingle", "--without-heartbeat", "-P", "solo"]),
   }),
 "bullmq": dict(dir="bullmq_peer", client=["node", "client.js"], env=NODE, count=lambda r0, r1: r0("ZCARD", "bull:q:completed"),
   worker=["node", "worker.js"], n=dict(one=50000, bulk=150000, e2e=80000),
   configs={f"{p}proc-c{c}": dict(procs=p, env={"PEERS_CONC": str(c)}) for p in (1, 2) for c in (1, 50, 100)}),
 "sidekiq": dict(dir="sidekiq_peer", client=["ruby", "client.rb"], queue="queue:default",
   worker=["sidekiq", "-r", "./worker.rb", "-c", "10", "-q", "default"], n=dict(one=70000, bulk=200000, e2e=120000),
   configs={
     "1proc": dict(procs=1), "2proc": dict(procs=2),
     "1proc-store": dict(procs=1, env={"PEERS_STORE": "1"}), "2proc-store": dict(procs=2, env={"PEERS_STORE": "1"}),
     "2proc-hiredis": dict(procs=2, one=1, env={"PEERS_HIREDIS": "1"}), "2proc-store-hiredis": dict(procs=2, env={"PEERS_STORE": "1", "PEERS_HIREDIS": "1"}),
   }),
 "django-q": dict(dir="djangoq_peer", client=[PY, "client.py"], count=lambda r0, r1: r1("DBSIZE"),
   worker=[PY, "manage.py", "qcluster"], n=dict(one=25000, bulk=12000, e2e=8000), pre=[PY, "manage.py", "migrate", "-v", "0"],
   configs={"default-2w": dict(), "tuned-2w": dict(env={"PEERS_TUNED": "1"}), "tuned-1w": dict(env={"PEERS_TUNED": "1", "PEERS_CONC": "1"})}),
 "rq": dict(dir="rq_peer", client=[PY, "client.py"], count=lambda r0, r1: r0("ZCARD", "rq:finished:default"),
   worker=["rq", "worker", "-q", "-u", "redis://127.0.0.1:{port}/0"], n=dict(one=6000, bulk=6000, e2e=1000),
   configs={
     "1w": dict(procs=1, n=dict(drain=800, e2e=600)), "2w": dict(procs=2, n=dict(drain=1200, e2e=1000)),
     "1w-simple": dict(procs=1, args=["-w", "rq.SimpleWorker"], n=dict(drain=4000, e2e=3000)),
     "2w-simple": dict(procs=2, args=["-w", "rq.SimpleWorker"], n=dict(drain=6000, e2e=4000)),
   }),
}

class Env:
    def __init__(self, peer, cfg, port, log=None):
        P = PEERS[peer]; C = P["configs"][cfg]; self.P, self.C = P, C
        self.env = dict(os.environ, PEERS_PORT=str(port), PEERS_LOG=log or os.path.join(RUN, "log"), PEERS_DB=os.path.join(RUN, f"dj{port}.sqlite3"),
                        PYTHONPATH=".", PYTHONWARNINGS="ignore", LC_ALL="C.UTF-8", **P.get("env", {}), **C.get("env", {}))
        if os.path.exists("/usr/bin/" + P["worker"][0]): P["worker"][0] = "/usr/bin/" + P["worker"][0]
        self.port = port; self.cwd = d(P["dir"]); self.procs = []
        if "pre" in P: subprocess.run(P["pre"], cwd=self.cwd, env=self.env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    def start_workers(self, procs=None, extra=None):
        for i in range(procs or self.C.get("procs", 1)):
            a = [x.format(port=self.port) for x in self.P["worker"] + self.C.get("args", [])]
            if "celery" in a: a += ["-n", f"w{i}@local"]
            err = open(os.path.join(RUN, "worker.err"), "ab")
            self.procs.append(subprocess.Popen(a, cwd=self.cwd, env=dict(self.env, **(extra or {})), stdout=err, stderr=err, stdin=subprocess.DEVNULL, start_new_session=True))
    def popen(self, mode, n, *more):
        return subprocess.Popen(self.P["client"] + [mode, str(n), *more], cwd=self.cwd, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    def client(self, mode, n, *more):
        p = self.popen(mode, n, *more); o, e = p.communicate(timeout=300)
        if p.returncode: raise RuntimeError(f"client {mode}: {e[-800:]}")
        return json.loads(o.strip().splitlines()[-1])
    def pids(self): return [q for p in self.procs for q in tree(p.pid)]

def host_user():      # user+nice seconds of the whole machine
    f = open("/proc/stat").readline().split(); return (int(f[1]) + int(f[2])) / TICK
def our_user():
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime + resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
class Foreign:        # how many cores somebody else's programs took in user mode while we measured
    def __enter__(self): self.t, self.h, self.o = time.time(), host_user(), our_user(); return self
    def __exit__(self, *a): self.cores = max(0.0, (host_user() - self.h - (our_user() - self.o)) / (time.time() - self.t))
DISTURBED = 0.08

def host_speed():     # a fixed bit of Python work on both cores at once: tells a slow moment of the host from a slow peer
    t = time.perf_counter(); c = [subprocess.Popen([PY, "-S", "-E", "-c", "s=0\nfor i in range(4000000): s+=i"]) for _ in range(2)]
    for p in c: p.wait()
    return 1 / (time.perf_counter() - t)

def pctl(v, p): v = sorted(v); return v[min(len(v) - 1, int(len(v) * p))]

def cycle(peer, cfg, scale=1.0, parts=("one", "drain", "lat", "e2e")):
    """One run on a fresh Redis. Returns measure -> value."""
    m = {"host_speed": host_speed()}; E = None
    rp, port = start_redis()
    try:
        E = Env(peer, cfg, port); P = E.P
        n = {k: max(50, int(v * scale)) for k, v in {**P["n"], "drain": P["n"]["bulk"], **E.C.get("n", {})}.items()}
        r0, r1 = R(port), R(port, 1)
        q = P.get("queue")
        # (1) enqueue one by one, then bulk; the bulk load is what the workers drain
        if "one" in parts and (cfg == next(iter(P["configs"])) or "one" in E.C):   # the client does not depend on the worker's settings
            m["enqueue_one_per_s"] = E.client("one", n["one"])["rate"]; r0("FLUSHALL")
            if n["drain"] != n["bulk"]:
                m["enqueue_bulk_per_s"] = E.client("bulk", n["bulk"])["rate"]; r0("FLUSHALL")
        N = n["drain"]
        base_mem = int(re.search(rb"used_memory:(\d+)", r0("INFO", "memory")).group(1))
        o = E.client("bulk", N)
        if "enqueue_bulk_per_s" not in m: m["enqueue_bulk_per_s"] = o["rate"]
        time.sleep(0.3)
        m["redis_bytes_per_queued_task"] = (int(re.search(rb"used_memory:(\d+)", r0("INFO", "memory")).group(1)) - base_mem) / N
        total = N
        done = (lambda: total - r0("LLEN", q)) if q else (lambda: P["count"](r0, r1))
        # (2)+(5) drain
        t0 = time.time(); E.start_workers(); first = None
        while True:
            c = done(); t = time.time()
            if first is None and c > 0:
                pids = E.pids(); first = (t, c, cpu(pids), cpu([rp.pid], False))
            if c >= N: break
            if t - t0 > 240 or (first is None and all(p.poll() is not None for p in E.procs)): raise RuntimeError(f"drain stuck at {c}/{N}")
            time.sleep(0.01)
        pids = E.pids(); wc, rc = cpu(pids), cpu([rp.pid], False)
        m["drain_n"] = N
        m["drain_from_start_per_s"] = N / (t - t0)
        m["startup_s"] = first[0] - t0
        m["drain_per_s"] = (N - first[1]) / (t - first[0]) if t > first[0] else 0
        k = 1e4 / max(1, N - first[1])
        m["worker_cpu_s_per_10k"] = (wc - first[2]) * k
        m["redis_cpu_s_per_10k"] = (rc - first[3]) * k
        m["worker_peak_rss_mib"], m["worker_pss_mib"] = rss(pids)
        m["worker_processes"] = len(pids)
        time.sleep(0.5)
        if "lat" in parts:
            E.client("latency", 20)
            v = E.client("latency", 500)["lat"]
            for nm, p in (("p50", .5), ("p95", .95), ("p99", .99)): m[f"latency_{nm}_ms"] = pctl(v, p)
            m["latency_mean_ms"] = sum(v) / len(v)
            time.sleep(0.3)
        if "e2e" in parts:
            N2 = n["e2e"]; base = 0 if q else done()
            p = E.popen("bulk", N2); t1 = time.time()
            while True:
                if q: fin = p.poll() is not None and r0("LLEN", q) == 0
                else: fin = done() - base >= N2
                t = time.time()
                if fin: break
                if t - t1 > 240: raise RuntimeError("e2e stuck")
                time.sleep(0.01)
            out, err = p.communicate(timeout=60)
            o = json.loads(out.strip().splitlines()[-1])
            m["e2e_n"] = N2; m["e2e_per_s"] = N2 / (t - o["start"]); m["e2e_enqueue_per_s"] = o["rate"]
        if q and not E.env.get("PEERS_STORE"):       # Sidekiq flushes its own counter every 5 s: check nothing was lost
            time.sleep(6); got = int(r0("GET", "stat:processed") or 0); exp = N + (520 if "lat" in parts else 0) + (m.get("e2e_n", 0))
            m["processed_check_missing"] = exp - got
    finally:
        if E: kill_tree(E.procs)
        rp.terminate(); rp.wait()
    return m

# ---------------------------------------------------------------- limit
def limit(scale):
    rp, port = start_redis(); m = {}; r = R(port); B = os.path.join(TMP, "bin", "limit")
    run = lambda *a: json.loads(subprocess.check_output([B, *map(str, a)], text=True))
    try:
        for dep, n in ((1, 40000), (16, 300000), (64, 600000), (256, 800000)):
            r("FLUSHALL"); n = int(n * scale); c0 = cpu([rp.pid], False)
            m[f"c_pipelined_depth{dep}_tasks_per_s"] = run("pipe", port, n, dep)["rate"]
            m[f"c_depth{dep}_redis_cpu_s_per_10k"] = (cpu([rp.pid], False) - c0) * 1e4 / n
        for pl in (1, 64):
            r("FLUSHALL"); inv = 0
            for nm, cmd in (("lpush", "LPUSH q __rand_int__payload_about_sixty_bytes_long_for_a_small_task_"), ("lmove", "LMOVE q p RIGHT LEFT"),
                            ("set_ex", "SET res:__rand_int__ -2 EX 3600"), ("lrem", "LREM p 1 x")):
                if nm == "lrem": r("DEL", "p"); r("LPUSH", "p", "y")
                o = subprocess.check_output(["redis-benchmark", "-p", str(port), "-n", str(int((1000000 if pl > 1 else 200000) * scale)), "-P", str(pl),
                                             "-c", "50" if pl == 1 else "4", "-r", "1000000", "-q", *cmd.split()], text=True)
                rate = float(re.findall(r"([\d.]+) requests per second", o)[-1]); inv += 1 / rate
                m[f"redisbench_P{pl}_{nm}_per_s"] = rate
            m[f"redisbench_P{pl}_limit_tasks_per_s"] = 1 / inv
        r("FLUSHALL"); m.update(run("ping", port, 20000)); m.update(run("lat", port, 5000))
    finally:
        rp.terminate(); rp.wait()
    return m

# ---------------------------------------------------------------- recovery
RECOVERY = [  # name, peer, config, runs, what is killed: "proc" = the whole worker (root process and its children), "child" = only the executing process
  ("celery/default", "celery", "default", 1, "proc", {}), ("celery/default", "celery", "default", 1, "child", {}),
  ("celery/acks_late", "celery", "default", 1, "proc", {"PEERS_ACKS_LATE": "1"}), ("celery/acks_late", "celery", "default", 1, "child", {"PEERS_ACKS_LATE": "1"}),
  ("bullmq/default", "bullmq", "1proc-c1", 3, "proc", {}),
  ("sidekiq/default", "sidekiq", "1proc", 1, "proc", {}),
  ("django-q/default", "django-q", "default-2w", 1, "proc", {}), ("django-q/default", "django-q", "default-2w", 1, "child", {}),
  ("rq/default", "rq", "1w", 1, "proc", {}), ("rq/default", "rq", "1w", 1, "child", {}),
]
def recovery_one(phase, name, peer, cfg, what, extra, bound=120):
    rp, port = start_redis(); log = os.path.join(RUN, f"rec{port}.log"); open(log, "w").close(); E = None
    try:
        E = Env(peer, cfg, port, log); E.env.update(extra); E.start_workers(procs=2); time.sleep(8 + phase)   # phase: peers that sweep every 30 s answer differently to a kill early or late in it
        jid = E.client("sleep", 5)["id"]
        rd = lambda: [l.split() for l in open(log).read().splitlines()]
        t = time.time()
        while not rd():
            time.sleep(0.02)
            if time.time() - t > 30: return dict(error="task did not start")
        pid = int(rd()[0][1]); time.sleep(1.0)
        root = next(p for p in E.procs if pid in tree(p.pid))
        victims = tree(root.pid) if what == "proc" else [pid]
        tk = time.time()
        for v in victims: os.kill(v, signal.SIGKILL)
        while time.time() - tk < bound:
            l = rd()
            if len(l) > 1: return dict(seconds=float(l[1][0]) - tk, killed=what)
            time.sleep(0.1)
        st = None
        try: st = E.client("state", 0, jid).get("state")
        except Exception as e: st = "n/a"
        return dict(seconds=None, killed=what, bound=bound, state_after=st)
    finally:
        if E: kill_tree(E.procs)
        rp.terminate(); rp.wait()

# ---------------------------------------------------------------- main
def agg(runs):
    out = {}
    for k in sorted({k for r in runs for k in r}):
        v = [r[k] for r in runs if k in r]
        out[k] = dict(median=round(statistics.median(v), 4), min=round(min(v), 4), max=round(max(v), 4), runs=[round(x, 4) for x in v])
    return out
class Lock:
    def __enter__(self): self.f = open(LOCK, "a"); fcntl.flock(self.f, fcntl.LOCK_EX)
    def __exit__(self, *a): self.f.close()

def main():
    ap = argparse.ArgumentParser(); ap.add_argument("--reps", type=int, default=3); ap.add_argument("--scale", type=float, default=1.0)
    ap.add_argument("--only", default=""); ap.add_argument("--recovery", action="store_true"); ap.add_argument("--limit", action="store_true")
    ap.add_argument("--out", default=HERE); ap.add_argument("--parts", default="one,drain,lat,e2e"); a = ap.parse_args()
    path = os.path.join(a.out, "results.json")
    res = json.load(open(path)) if os.path.exists(path) else {"peers": {}}
    def save():
        res["meta"] = dict(cpus=os.cpu_count(), cpu=re.search(r"model name\s*:\s*(.*)", open("/proc/cpuinfo").read()).group(1),
                           redis=subprocess.check_output(["redis-server", "--version"], text=True).split()[2], date=time.strftime("%Y-%m-%d"))
        json.dump(res, open(path + ".tmp", "w"), indent=1, sort_keys=True); os.replace(path + ".tmp", path)
    want = [x for x in a.only.split(",") if x]
    if a.limit:
        runs = []
        for _ in range(a.reps):
            with Lock(), Foreign() as fo: m = limit(a.scale)
            m["foreign_cpu_cores"] = fo.cores; runs.append(m)
        res["peers"]["limit/redis"] = agg(runs); save(); print(json.dumps(res["peers"]["limit/redis"], indent=1))
        return
    if a.recovery:
        from concurrent.futures import ThreadPoolExecutor
        jobs = [(10 * j, nm, p, c, w, x) for nm, p, c, k, w, x in RECOVERY for j in range(k) if not want or p in want]
        with Lock(), ThreadPoolExecutor(4) as ex:      # mostly waiting; four at a time so that start-up stays quick on 2 cores
            fs = []
            for j in jobs: fs.append((j[1:], j[0], ex.submit(recovery_one, *j))); time.sleep(1.5)
            for j, ph, f in fs:
                try: o = f.result()
                except Exception as e: o = dict(error=repr(e)[:300])
                o["phase_s"] = ph
                rec = res.setdefault("recovery", {}).setdefault(f"{j[0]} kill={j[3]}", [])
                if i_first(rec, j, res): rec.clear()
                rec.append(o); print(j[0], j[3], o, flush=True); save()
        return
    for peer, P in PEERS.items():
        for cfg in P["configs"]:
            if want and peer not in want and f"{peer}/{cfg}" not in want: continue
            runs = []
            for i in range(a.reps + 3):      # up to 3 more when other programs disturbed a run; the cleanest are kept
                if sum(m["foreign_cpu_cores"] <= DISTURBED for m in runs) >= a.reps: break
                with Lock():
                    t = time.time()
                    try:
                        with Foreign() as fo: m = cycle(peer, cfg, a.scale, a.parts.split(","))
                    except Exception as e: print(f"!! {peer}/{cfg} rep {i}: {e!r}", flush=True); continue
                m["foreign_cpu_cores"] = fo.cores
                runs.append(m)
                print(f"{peer}/{cfg} rep{i} {time.time()-t:.0f}s " + " ".join(f"{k}={v:.4g}" for k, v in m.items()), flush=True)
                res["peers"][f"{peer}/{cfg}"] = agg(sorted(runs, key=lambda m: m["foreign_cpu_cores"])[:a.reps]); save()
_seen = set()
def i_first(rec, j, res):
    k = (j[0], j[3]); f = k not in _seen; _seen.add(k); return f
if __name__ == "__main__": main()
