// The toy's driver: performs what it is asked, in a runtime written in JavaScript, and tells what came of it.
//
// It speaks protocol 2 of `specs/driver.md`: a handshake, and then one reply for each request, a JSON object to a line.
// It performs and observes; it knows no scenario. The runtime is `interpreters.js`, the wire is `wire.js`; here are the
// verbs, and the threads and gates that they need. Plain node, from version 18, with no packages.
"use strict";

const readline = require("node:readline");

const { parsed } = require("./arguments.js");
const { NotImplementedHere, Raised, error, typeNamed } = require("./exceptions.js");
const { Runtime, boundIn } = require("./interpreters.js");
const { Tuple, text } = require("./values.js");
const { decode, encode, fullName, outcomeOf } = require("./wire.js");

const HANDSHAKE = {
  protocol: 2, name: "toy", version: "1.0.0", edition: "3.14", profiles: ["observable"],
  capabilities: ["arguments", "config", "idrefs", "objects", "programs", "threads"],
};

const runtime = new Runtime();
const thread = runtime.newThread(); // the one that the requests are performed by, unless they name another

// Calls: each goes on until it ends, or waits.

/** A call under way: its steps are a generator that yields the names of gates. */
class Call {
  constructor(steps) {
    Object.assign(this, { steps, outcome: null, waiting: [] });
    this.advance();
  }

  /** Goes on through gates that are open; at a closed one it waits until that is opened. */
  advance() {
    for (let step = this.step(); !this.outcome; step = this.step()) {
      const gate = gateNamed(step.value);
      if (gate.isOpen) continue;
      gate.reach(this);
      return;
    }
    this.waiting.forEach((tell) => tell(this.outcome));
  }

  step() {
    try {
      const step = this.steps.next();
      if (step.done) this.outcome = { value: encode(step.value) };
      return step;
    } catch (failure) {
      this.outcome = outcomeOf(failure);
      return null;
    }
  }

  /** Tells when the call has ended, which may be now. */
  whenEnded(tell) {
    if (this.outcome) tell(this.outcome);
    else this.waiting.push(tell);
  }
}

class Gate {
  constructor() {
    Object.assign(this, { isOpen: false, wasReached: false, calls: [], waiting: [] });
  }

  reach(call) {
    this.wasReached = true;
    this.calls.push(call);
    this.waiting.splice(0).forEach((tell) => tell());
  }

  whenReached(tell) {
    if (this.wasReached) tell();
    else this.waiting.push(tell);
  }

  open() {
    this.isOpen = true;
    this.calls.splice(0).forEach((call) => call.advance());
  }
}

const gates = new Map();
const calls = new Map(); // by the name of the thread that was started for each

function gateNamed(name) {
  if (!gates.has(name)) gates.set(name, new Gate());
  return gates.get(name);
}

function started(name) {
  if (!calls.has(name)) throw new NotImplementedHere(`a thread named ${name}`);
  return calls.get(name);
}

// Verbs.

/** Verbs of the driver's own, performed where the thread is; all others are operations of the runtime. */
const VERBS = {
  bound: (from) => boundIn(from.interpreter),
  main_attr(from, name) {
    const found = from.interpreter.namespace.get(String(name));
    if (found === undefined) throw new Raised(typeNamed("KeyError"), [name]);
    return found;
  },
  error_type(from, name) {
    const type = typeNamed(String(name));
    return new Tuple([text(fullName(type)), type.base.name]);
  },
  drop: () => null, // no reply of the toy names a thing by a handle
  new_config: (from, name) => runtime.new_config(from, { name, overrides: {} }),
};

const OPERATIONS = new Set(Object.getOwnPropertyNames(Runtime.prototype));

/** The steps of a call, whatever kind its verb is of. */
function* perform(request, from) {
  const { verb, kwargs = {} } = request;
  const args = request.args.map(decode);
  const options = Object.fromEntries(Object.entries(kwargs).map(([name, value]) => [name, decode(value)]));
  if (verb === "new_config") return runtime.new_config(from, { name: args[0], overrides: options });
  if (verb in VERBS) return VERBS[verb](from, ...args);
  const given = parsed(verb, args, options);
  const answer = runtime[verb](from, given);
  return typeof answer?.next === "function" ? yield* answer : answer;
}

// Places: a call can be made by code that runs in an interpreter.

const visits = new Map(); // threads that were sent into an interpreter and stay there, by its id

/** A thread enters the interpreter, and stays until it is let go. */
function hold(id) {
  const visitor = runtime.newThread();
  const visit = runtime.visit(visitor, runtime.resolve(id, "exec code for"), function* () { yield; return null; });
  visit.next();
  visits.set(id, { visitor, visit });
  return null;
}

function letGo(id) {
  const { visit } = visits.get(id);
  visits.delete(id);
  return visit.next().value;
}

function* inside(place, request, from) {
  const held = visits.get(place);
  if (held) return yield* perform(request, held.visitor);
  const interpreter = runtime.resolve(place, "exec code for");
  return yield* runtime.visit(from, interpreter, () => perform(request, from));
}

function* stepsOf(request, from) {
  if (request.place !== undefined) return yield* inside(decode(request.place), request, from);
  if (request.verb === "hold") return hold(decode(request.args[0]));
  if (request.verb === "let_go") return letGo(decode(request.args[0]));
  return yield* perform(request, from);
}

// Threads of a scenario.

const NOTHING = { value: null };

/** A call in a thread of its own: it is answered when the call has ended or waits. */
function start(request) {
  calls.set(request.thread, new Call(stepsOf(request, runtime.newThread())));
  return NOTHING;
}

/** What came of a call, as a value: of an exception only its type and text cross threads. */
function told({ value, exception, not_implemented: missing }) {
  if (missing) return { make: "Missing", args: [{ str: missing }] };
  if (!exception) return { make: "Returned", args: [value] };
  return { make: "Raised", args: [{ str: exception.type }, { str: exception.message }] };
}

function join(names, reply) {
  const results = new Map();
  names.forEach((name) => started(name).whenEnded((outcome) => {
    results.set(name, told(outcome));
    if (results.size === names.length) reply({ value: { tuple: names.map((each) => results.get(each)) } });
  }));
}

const BETWEEN_THREADS = {
  reached: ([name], reply) => gateNamed(name).whenReached(() => reply(NOTHING)),
  open([name], reply) {
    gateNamed(name).open();
    reply(NOTHING);
  },
  join,
};

// Requests.

/** Replies when there is something to tell: a call that waits at a closed gate has no reply yet. */
function answer(request, reply) {
  const between = BETWEEN_THREADS[request.verb];
  if (request.thread !== undefined) reply(start(request));
  else if (between) between(request.args.map((arg) => String(decode(arg))), reply);
  else if (isKnown(request.verb)) new Call(stepsOf(request, thread)).whenEnded(reply);
  else reply({ not_implemented: `no verb ${request.verb}` });
}

function isKnown(verb) {
  return verb in VERBS || OPERATIONS.has(verb) || ["hold", "let_go"].includes(verb);
}

function say(message) {
  process.stdout.write(JSON.stringify(message) + "\n");
}

/** One request after the other; when there are no more, the process has nothing left to do, and ends. */
function main() {
  say(HANDSHAKE);
  readline.createInterface({ input: process.stdin }).on("line", (line) => {
    const request = JSON.parse(line);
    answer(request, (outcome) => say({ seq: request.seq, outcome }));
  });
}

main();
