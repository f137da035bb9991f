// Where two texts differ, word by word. It knows texts, not what they mean.

/** Beyond so many words the middle that differs is taken as a whole: the table grows by their square. */
const WORDS_MAX = 600;

const wordsOf = (text) => text.match(/\w+|\s+|[^\w\s]/gu) ?? [];

/** Both texts as pieces, [text, differs], so that what is common to them is not marked. */
function difference(left, right) {
  const [a, b] = [wordsOf(left), wordsOf(right)];
  const common = a.length > WORDS_MAX || b.length > WORDS_MAX ? sameEnds(a, b) : longestCommon(a, b);
  const [inLeft, inRight] = [new Set(common.keys()), new Set(common.values())];
  return [
    joined(a.map((word, index) => [word, !inLeft.has(index)])),
    joined(b.map((word, index) => [word, !inRight.has(index)])),
  ];
}

/** Texts that have less than this share of their letters in common are taken to be altogether different. */
const COMMON_MIN = 0.25;

/** Whether marking what differs says anything. */
function isAlike(pieces, text) {
  const same = pieces.filter(([, differs]) => !differs).reduce((sum, [piece]) => sum + piece.trim().length, 0);
  return same > COMMON_MIN * text.length;
}

/** Neighbours of one kind become one piece; a space between two words that differ differs with them. */
function joined(pieces) {
  const runs = [];
  const isBetween = (at) => pieces[at - 1]?.[1] && pieces[at + 1]?.[1];
  for (const [at, [text, isNew]] of pieces.entries()) {
    const differs = isNew || (!text.trim() && Boolean(isBetween(at)));
    const last = runs.at(-1);
    if (last && last[1] === differs) last[0] += text;
    else runs.push([text, differs]);
  }
  return runs;
}

/** The words that both begin with and both end with: places in the one to places in the other. */
function sameEnds(a, b) {
  const common = new Map();
  let begin = 0;
  while (begin < a.length && begin < b.length && a[begin] === b[begin]) common.set(begin, begin++);
  let [i, j] = [a.length - 1, b.length - 1];
  while (i >= begin && j >= begin && a[i] === b[j]) common.set(i--, j--);
  return common;
}

/** A longest common subsequence: places in the one to places in the other. */
function longestCommon(a, b) {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const skip = Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
      lengths[i * width + j] = a[i] === b[j] ? lengths[(i + 1) * width + j + 1] + 1 : skip;
    }
  }
  return walked(a, b, lengths, width);
}

function walked(a, b, lengths, width) {
  const common = new Map();
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) common.set(i++, j++);
    else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i++;
    else j++;
  }
  return common;
}

/** Of several texts the one that has most in common with another, by its number. */
function closest(texts, other) {
  const likeness = (text) => {
    const same = difference(text, other)[0].filter((piece) => !piece[1]);
    return same.reduce((sum, piece) => sum + piece[0].length, 0) - text.length / 2;
  };
  const scores = texts.map(likeness);
  return scores.indexOf(Math.max(...scores));
}

/** A text with the pieces that differ marked: underlined as well as coloured. */
function marked(pieces) {
  return pieces.map(([text, differs]) => (differs && text.trim() ? el("mark", {}, text) : text));
}
