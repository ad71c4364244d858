// One listener for keys, however often a component is drawn anew: an older one would act for
// what nobody sees any more.
function listenToKeys(root, handler, capture) {
  if (root.heard) document.removeEventListener("keydown", root.heard, capture);
  root.heard = handler;
  document.addEventListener("keydown", handler, capture);
  return () => document.removeEventListener("keydown", handler, capture);
}

// One tab stop for a whole grid; the arrow keys move inside it, Home and End go to its ends.
function moveWithArrows(root, selector) {
  const all = () => [...root.querySelectorAll(selector)];
  const rest = () => {
    const tiles = all();
    const stop = tiles.find((tile) => tile.tabIndex === 0) || tiles[0];
    tiles.forEach((tile) => (tile.tabIndex = tile === stop ? 0 : -1));
  };
  const vertical = (tiles, from, down) => {
    const own = from.getBoundingClientRect();
    const centre = own.left + own.width / 2;
    let best = null;
    let least = Infinity;
    for (const tile of tiles) {
      const box = tile.getBoundingClientRect();
      const rows = down ? box.top - own.top : own.top - box.top;
      if (rows < own.height / 2) continue;
      const distance = rows * 4 + Math.abs(box.left + box.width / 2 - centre);
      if (distance < least) [best, least] = [tile, distance];
    }
    return best;
  };
  root.onkeydown = (event) => {
    const tile = event.target.closest(selector);
    if (!tile || event.altKey || event.ctrlKey || event.metaKey) return;
    const tiles = all();
    const at = tiles.indexOf(tile);
    const next = {
      ArrowRight: () => tiles[at + 1],
      ArrowLeft: () => tiles[at - 1],
      ArrowDown: () => vertical(tiles, tile, true),
      ArrowUp: () => vertical(tiles, tile, false),
      Home: () => tiles[0],
      End: () => tiles[tiles.length - 1],
    }[event.key];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    const found = next();
    if (!found) return;
    tile.tabIndex = -1;
    found.tabIndex = 0;
    found.focus({ preventScroll: true });
    found.scrollIntoView({ block: "nearest" });
  };
  rest();
}
