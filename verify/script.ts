import type { Protocol } from "../net";

/** One connection to try from inside a pod. */
export interface ProbeTarget {
  /** Unique in its batch. */
  readonly id: number;
  readonly protocol: Exclude<Protocol, "SCTP">;
  /** An address or a name. */
  readonly host: string;
  readonly port: number;
}

/**
 * What a tool in a pod said of one connection. `refused`, `silent` and `unreachable` come from the kernel's own answer to a
 * real attempt; whether they mean blocked is for a control to say. `failed` says nothing about the connection.
 */
export interface Attempt {
  readonly outcome: "connected" | "refused" | "silent" | "unreachable" | "failed";
  readonly detail: string;
}

/** What a batch printed. */
export interface Batch {
  /** The tool that tried: "python3", "nc"; absent: the script didn't run. */
  readonly tool?: string;
  /** By target id. */
  readonly attempts: ReadonlyMap<number, Attempt>;
}

/** Seconds that one connection may take. */
export const PATIENCE = 3;

/** A DNS query for the root's name servers: a server of names answers it, and any answer proves a way there. */
const QUESTION = [0x50, 0x41, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1];

const octal = QUESTION.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
const hex = Buffer.from(QUESTION).toString("hex");

/** Says each attempt's outcome by errno; threads, because a dropped packet costs the whole patience. */
const PYTHON = `import socket,sys,threading,errno,binascii
T=float(sys.argv[1]);A=sys.argv[2:];L=threading.Lock()
def say(i,o,d=""):
  with L:
    sys.stdout.write("palisade %s %s %s\\n"%(i,o,d));sys.stdout.flush()
def one(i,p,h,q):
  try:
    k=socket.SOCK_DGRAM if p=="UDP" else socket.SOCK_STREAM
    f,_,_,_,a=socket.getaddrinfo(h,int(q),0,k)[0]
  except Exception as e: return say(i,"failed","the name doesn't resolve: %s"%e)
  try:
    s=socket.socket(f,k);s.settimeout(T);s.connect(a)
    if p=="UDP":
      s.send(binascii.unhexlify("${hex}"));s.recv(512)
    say(i,"connected")
  except socket.timeout: say(i,"silent")
  except (OSError,IOError) as e:
    n=e.errno
    o={errno.ECONNREFUSED:"refused",errno.EPERM:"refused",errno.EACCES:"refused",errno.ETIMEDOUT:"silent",errno.EHOSTUNREACH:"unreachable"}.get(n,"failed")
    say(i,o,e.strerror or e)
  except Exception as e: say(i,"failed",e)
W=[threading.Thread(target=one,args=A[j:j+4]) for j in range(0,len(A),4)]
for w in W: w.start()
for w in W: w.join()
sys.stdout.write("palisade end\\n")
`;

const NODE = `const n=require("net"),u=require("dgram"),[T,...A]=process.argv.slice(1);let left=A.length/4;
const done=(i,o,d)=>{console.log("palisade "+i+" "+o+" "+(d||""));if(--left===0)console.log("palisade end")};
const of={ECONNREFUSED:"refused",EPERM:"refused",EACCES:"refused",ETIMEDOUT:"silent",EHOSTUNREACH:"unreachable"};
for(let j=0;j<A.length;j+=4){const [i,p,h,q]=A.slice(j,j+4);let over=false,t;
const end=(o,d)=>{if(over)return;over=true;clearTimeout(t);s.destroy?s.destroy():s.close();done(i,o,d)};
const bad=e=>end(of[e.code]||"failed",e.message);let s;
if(p==="UDP"){s=u.createSocket(h.includes(":")?"udp6":"udp4");s.on("message",()=>end("connected"));s.on("error",bad);
s.connect(+q,h,e=>e?bad(e):s.send(Buffer.from("${hex}","hex")))}
else{s=n.connect({host:h,port:+q,autoSelectFamily:false},()=>end("connected"));s.on("error",bad)}
t=setTimeout(()=>end("silent"),T*1000)}`;

/**
 * For a POSIX shell. Takes the tool that tells most, tries everything at once, and prints one line an attempt. A tool's own
 * words are only believed where they are the kernel's ("refused", "timed out", "no route to host").
 */
const SHELL = `T=$1; shift
has() { command -v "$1" >/dev/null 2>&1; }
say() { echo "palisade $1 $2 $(printf %s "$3" | tr '\\n\\r' '  ' | cut -c1-160)"; }
judge() {
  case "$3" in
    *efused*) say "$1" refused;;
    *"peration not permitted"*|*"ermission denied"*) say "$1" refused "$3";;
    *"imed out"*|*"peration now in progress"*) say "$1" silent;;
    *"o route to host"*|*"ost is unreachable"*|*"ost unreachable"*) say "$1" unreachable "$3";;
    *) case $2 in 124|137|143) say "$1" silent;; *) say "$1" failed "exit $2: $3";; esac;;
  esac
}
limited() {
  if has timeout; then timeout "$T" "$@"; return; fi
  "$@" & p=$!
  ( sleep "$T"; kill "$p" ) >/dev/null 2>&1 & w=$!
  wait "$p"; r=$?; kill "$w" >/dev/null 2>&1; return $r
}
udp() {
  if has nc; then n=$(printf '${octal}' | nc -u -w "$T" "$2" "$3" 2>/dev/null | head -c 1 | wc -c)
  elif has bash; then n=$(limited bash -c "exec 3<>/dev/udp/$2/$3; printf '${octal}' >&3; head -c 1 <&3" 2>/dev/null | wc -c)
  else say "$1" failed "no tool here can send UDP"; return
  fi
  if [ "$n" -gt 0 ]; then say "$1" connected; else say "$1" silent; fi
}
bash_tcp() { o=$(limited bash -c "exec 3<>/dev/tcp/$2/$3" 2>&1); r=$?; if [ $r = 0 ]; then say "$1" connected; else judge "$1" $r "$o"; fi; }
nc_tcp() {
  o=$(nc -v -z -w "$T" "$2" "$3" 2>&1 </dev/null); r=$?
  case "$o" in *"nvalid option"*|*"nrecognized option"*|*"sage:"*) o=$(nc -w "$T" "$2" "$3" 2>&1 </dev/null); r=$?;; esac
  if [ $r = 0 ]; then say "$1" connected; else judge "$1" $r "$o"; fi
}
curl_tcp() {
  o=$(curl -sv -o /dev/null --noproxy '*' --connect-timeout "$T" -m $((T+1)) -w 'made=%{num_connects}' "http://$4:$3/" 2>&1 </dev/null); r=$?
  case "$o" in *made=1*) say "$1" connected;; *) judge "$1" $r "$o";; esac
}
wget_tcp() {
  o=$(limited wget -T "$T" -O /dev/null "http://$4:$3/" 2>&1 </dev/null); r=$?
  case "$o" in
    *"connected."*|*"erver returned error"*|*"error getting response"*|*"bad header"*|*"saved"*) say "$1" connected;;
    *"imed out"*) say "$1" failed "wget doesn't tell a silent port from a silent server";;
    *) if [ $r = 0 ]; then say "$1" connected; else judge "$1" $r "$o"; fi;;
  esac
}
for tool in python3 python node bash nc curl wget none; do has "$tool" && break; done
echo "palisade tool $tool"
case "$tool" in
  python3|python) exec "$tool" -c "$PY" "$T" "$@";;
  node) exec node -e "$JS" -- "$T" "$@";;
esac
while [ $# -ge 4 ]; do
  case "$3" in *:*) u="[$3]";; *) u=$3;; esac
  if [ "$tool" = none ]; then say "$1" failed "no tool to connect with"
  elif [ "$2" = UDP ]; then udp "$1" "$3" "$4" &
  else "\${tool}_tcp" "$1" "$3" "$4" "$u" &
  fi
  shift 4
done
wait
echo "palisade end"
`;

/** A shell's word that stands for a text, whatever is in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const words = (targets: readonly ProbeTarget[]): string[] => [
  String(PATIENCE),
  ...targets.flatMap(({ id, protocol, host, port }) => [String(id), protocol, host, String(port)]),
];

/** An interpreter that a batch can run on. */
export type Interpreter = "sh" | "python3" | "node";

/** In the order in which they are tried: an image without a shell may have its language. */
export const INTERPRETERS: readonly Interpreter[] = ["sh", "python3", "node"];

/** The command that tries all targets at once, in a container that has this interpreter. */
export function batchCommand(interpreter: Interpreter, targets: readonly ProbeTarget[]): string[] {
  switch (interpreter) {
    case "sh":
      return [
        "sh",
        "-c",
        `PY=${quoted(PYTHON)}\nJS=${quoted(NODE)}\n${SHELL}`,
        "palisade",
        ...words(targets),
      ];
    case "python3":
      return ["python3", "-c", PYTHON, ...words(targets)];
    case "node":
      return ["node", "-e", NODE, "--", ...words(targets)];
  }
}

const OUTCOMES: ReadonlySet<string> = new Set(["connected", "refused", "silent", "unreachable", "failed"]);

/** Reads what a batch printed; lines of others (a profile's greeting) are passed over. */
export function readBatch(interpreter: Interpreter, stdout: string): Batch {
  const attempts = new Map<number, Attempt>();
  let tool: string | undefined = interpreter === "sh" ? undefined : interpreter;
  for (const line of stdout.split("\n")) {
    const [mark, first = "", outcome = "", ...rest] = line.split(" ");
    if (mark !== "palisade") continue;
    if (first === "tool") tool = outcome;
    else if (/^\d+$/.test(first) && OUTCOMES.has(outcome)) {
      attempts.set(Number(first), { outcome: outcome as Attempt["outcome"], detail: rest.join(" ").trim() });
    }
  }
  return { ...(tool === undefined ? {} : { tool }), attempts };
}
