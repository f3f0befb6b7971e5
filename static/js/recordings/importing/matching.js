// Which file a line of the list means. Lists name files as another machine had them, with
// its folders and its strokes; a browser knows only what lies below the chosen folder.

const parts = (path) =>
  path
    .normalize("NFC")
    .toLowerCase()
    .split(/[\\/]+/)
    .filter((part) => part && part !== ".");

/** How many of the last parts are the same. */
function shared(one, other) {
  let count = 0;
  while (count < Math.min(one.length, other.length)) {
    if (one.at(-1 - count) !== other.at(-1 - count)) break;
    count += 1;
  }
  return count;
}

/** Pairs the lines, ``[number, path]``, with files. Of several lines that end alike a file
    is for the one with most of its folders; where that is not one line, for none. */
export function match(lines, files) {
  const byName = new Map();
  for (const [number, path] of lines) {
    const line = { number, parts: parts(path) };
    const name = line.parts.at(-1);
    if (!byName.has(name)) byName.set(name, []);
    byName.get(name).push(line);
  }
  const chosen = new Map();
  const found = { pairs: [], alike: 0, unknown: 0 };
  for (const file of files) {
    const own = parts(file.webkitRelativePath || file.name);
    const meant = byName.get(own.at(-1)) ?? [];
    const most = Math.max(0, ...meant.map((line) => shared(line.parts, own)));
    const best = meant.filter((line) => shared(line.parts, own) === most);
    if (!best.length) found.unknown += 1;
    else if (best.length > 1) found.alike += 1;
    else {
      const [line] = best;
      const before = chosen.get(line.number);
      if (!before || before.most < most) chosen.set(line.number, { file, most });
      else if (before.most === most) before.isDouble = true;
    }
  }
  for (const [number, { file, isDouble }] of chosen) {
    if (isDouble) found.alike += 1;
    else found.pairs.push({ number, file });
  }
  return found;
}
