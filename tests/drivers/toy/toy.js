// The toy's driver: performs what it is asked, in a runtime written in JavaScript, and tells what came of it.
//
// It speaks protocol 2 of `specs/driver.md`: a handshake, and then one reply for each request, a JSON object to a line.
// It performs and observes; it knows no scenario. Here are the verbs and the places where they are performed. The
// runtime is `interpreters.js`, the wire `wire.js`, threads and gates are `threads.js`. Plain node, from version 18.
"use strict";

const readline = require("node:readline");

const { isOperation, parsed } = require("./arguments.js");
const { NotImplementedHere, Raised, typeNamed } = require("./exceptions.js");
const { Runtime, boundIn } = require("./interpreters.js");
const threads = require("./threads.js");
const { Tuple, text } = require("./values.js");
const { decode, fullName, outcomeOf } = require("./wire.js");

const HANDSHAKE = {
  protocol: 2, name: "toy", version: "1.0.0", edition: "3.14", profiles: ["observable"],
  capabilities: ["arguments", "config", "converters", "idrefs", "objects", "programs", "threads"],
};

const runtime = new Runtime();
const main = runtime.newThread(); // performs the requests that name no thread

// Verbs. Each is told which thread performs it, since a thread is always in some interpreter.

const VERBS = {
  __proto__: null,

  bound: (thread) => boundIn(thread.interpreter),

  main_attr(thread, name) {
    const found = thread.interpreter.namespace.get(String(name));
    if (found === undefined) throw new Raised(typeNamed("KeyError"), [name]);
    return found;
  },

  error_type(thread, name) {
    const type = typeNamed(String(name));
    return new Tuple([text(fullName(type)), type.base.name]);
  },

  hold: (thread, id) => hold(id),
  let_go: (thread, id) => letGo(id),
  drop: () => null, // no reply of the toy names a thing by a handle
};

/** The steps of a call: most have one, and a program may wait at gates. */
function* perform({ verb, args, kwargs = {} }, thread) {
  const given = args.map(decode);
  const options = Object.fromEntries(Object.entries(kwargs).map(([name, value]) => [name, decode(value)]));
  if (verb in VERBS) return VERBS[verb](thread, ...given);
  const answer = runtime[verb](thread, parsed(verb, given, options));
  return typeof answer?.next === "function" ? yield* answer : answer;
}

// Places: a call can be made by code that runs in an interpreter.

const LABEL = "exec code for"; // who enters an interpreter does it as a program would
const visits = new Map(); // threads that were sent into an interpreter and stay there, by its id

/** Sends a thread in; it runs main there until it is let go. */
function hold(id) {
  const interpreter = runtime.resolve(id, LABEL);
  const thread = runtime.newThread();
  const stay = runtime.visit(thread, interpreter, function* staying() {
    yield;
    return null;
  });
  stay.next();
  visits.set(interpreter.id, { thread, stay });
  return null;
}

function letGo(id) {
  if (!visits.has(id)) throw new NotImplementedHere("the visit that should end");
  const { stay } = visits.get(id);
  visits.delete(id);
  return stay.next().value;
}

/** By the thread that is held there; or else by one that enters for this call alone. */
function* inside(place, request, thread) {
  const held = visits.get(place);
  if (held) return yield* perform(request, held.thread);
  return yield* runtime.visit(thread, runtime.resolve(place, LABEL), () => perform(request, thread));
}

// Requests.

function call(request, thread) {
  const steps = request.place === undefined ? perform(request, thread) : inside(decode(request.place), request, thread);
  return new threads.Call(steps, outcomeOf);
}

/** Replies when there is something to tell: a call that waits at a closed gate has nothing to tell yet. */
function answer(request, reply) {
  const { verb, args, thread } = request;
  if (verb in threads.VERBS) threads.VERBS[verb](args.map((arg) => String(decode(arg))), reply);
  else if (!(verb in VERBS) && !isOperation(verb)) reply({ not_implemented: `no verb ${verb}` });
  else if (thread !== undefined) reply(threads.start(thread, call(request, runtime.newThread())));
  else call(request, main).whenEnded(reply);
}

/** The only thing that ever writes to stdout. */
function say(message) {
  process.stdout.write(JSON.stringify(message) + "\n");
}

/** One request after the other; when stdin is closed nothing is left to do, and the process ends. */
function serve() {
  say(HANDSHAKE);
  readline.createInterface({ input: process.stdin }).on("line", (line) => {
    const request = JSON.parse(line);
    answer(request, (outcome) => say({ seq: request.seq, outcome }));
  });
}

serve();
