// Threads and gates: calls that are under way while the driver goes on.
//
// The toy has one thread of its own, and performs the calls of all others in turn: a call goes on until it ends or
// waits at a gate. So nothing here races, and every order of events is the one that the scenario asks for. This file
// knows calls only as generators that yield the names of gates; what they do is in `toy.js`.
"use strict";

/** A call under way. */
class Call {
  /** `steps` yields the names of gates; `outcomeOf` makes an outcome of what it returned, or threw. */
  constructor(steps, outcomeOf) {
    Object.assign(this, { steps, outcomeOf, outcome: null, tellers: [] });
    this.advance();
  }

  /** Goes on to the next closed gate, or to the end. */
  advance() {
    for (;;) {
      const step = this.step();
      if (this.outcome) break;
      if (gateNamed(step.value).reach(this)) return;
    }
    this.tellers.splice(0).forEach((tell) => tell(this.outcome));
  }

  step() {
    try {
      const step = this.steps.next();
      if (step.done) this.outcome = this.outcomeOf(() => step.value);
      return step;
    } catch (failure) {
      this.outcome = this.outcomeOf(() => { throw failure; });
      return null;
    }
  }

  /** Tells when the call has ended, which may be now. */
  whenEnded(tell) {
    if (this.outcome) tell(this.outcome);
    else this.tellers.push(tell);
  }
}

class Gate {
  constructor() {
    Object.assign(this, { isOpen: false, wasReached: false, calls: [], tellers: [] });
  }

  /** Whether the call has to wait here. */
  reach(call) {
    this.wasReached = true;
    this.tellers.splice(0).forEach((tell) => tell());
    if (!this.isOpen) this.calls.push(call);
    return !this.isOpen;
  }

  whenReached(tell) {
    if (this.wasReached) tell();
    else this.tellers.push(tell);
  }

  /** It stays open. */
  open() {
    this.isOpen = true;
    this.calls.splice(0).forEach((call) => call.advance());
  }
}

const gates = new Map();
const calls = new Map(); // by the names of the threads that were started for them

function gateNamed(name) {
  if (!gates.has(name)) gates.set(name, new Gate());
  return gates.get(name);
}

/** What came of a call, as a value: of an exception only its type and its text cross to the one who joins. */
function told({ value, exception, not_implemented: missing }) {
  if (missing !== undefined) return { make: "Missing", args: [{ str: missing }] };
  if (exception === undefined) return { make: "Returned", args: [value] };
  return { make: "Raised", args: [{ str: exception.type }, { str: exception.message }] };
}

const NOTHING = { value: null };

/** A call in a thread of its own. When this returns it has ended, or waits. */
function start(name, call) {
  calls.set(name, call);
  return NOTHING;
}

/** The verbs: each replies when there is something to tell, which may be later, or never. */
const VERBS = {
  __proto__: null,

  reached([name], reply) {
    gateNamed(name).whenReached(() => reply(NOTHING));
  },

  open([name], reply) {
    gateNamed(name).open();
    reply(NOTHING);
  },

  join(names, reply) {
    const unknown = names.find((name) => !calls.has(name));
    if (unknown !== undefined) return reply({ not_implemented: `no thread ${unknown}` });
    const results = new Map();
    return names.forEach((name) => calls.get(name).whenEnded((outcome) => {
      results.set(name, told(outcome));
      if (results.size === names.length) reply({ value: { tuple: names.map((each) => results.get(each)) } });
    }));
  },
};

module.exports = { Call, VERBS, start };
