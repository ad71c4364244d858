// Draws a part anew without losing the place of whoever works by keyboard: the focus goes to what
// is called as the part it was on, else to what now stands there, else elsewhere.
function keepFocus(part, draw, elsewhere) {
  const active = () => part.getRootNode().activeElement;
  const stops = () =>
    [...part.querySelectorAll("button:enabled, input, [tabindex='0']")].filter((stop) => stop.tabIndex >= 0 && stop.getClientRects().length);
  const called = (stop) => stop.dataset.name || stop.getAttribute("aria-label") || stop.textContent;
  const held = part.contains(active()) ? active() : null;
  const at = held ? stops().indexOf(held) : -1;
  draw();
  if (!held || active() === held) return;
  const now = stops();
  const same = now.includes(held) ? held : now.find((stop) => called(stop) === called(held));
  (same || now[Math.min(Math.max(0, at), now.length - 1)] || elsewhere?.())?.focus({ preventScroll: true });
}

// The same for a grid with one tab stop: to what has the same id, else to what is now there.
function keepPlace(root, selector, draw) {
  const all = () => [...root.querySelectorAll(selector)];
  const active = root.getRootNode().activeElement;
  const at = all().indexOf(active);
  draw();
  if (at < 0 || active.isConnected) return;
  const tiles = all();
  const same = tiles.find((tile) => tile.dataset.id === active.dataset.id);
  const place = same || tiles[Math.min(at, tiles.length - 1)];
  tiles.forEach((tile) => (tile.tabIndex = tile === place ? 0 : -1));
  place?.focus({ preventScroll: true });
}

const DIALOG = '[role="dialog"]';
const GIVE_UP_MS = 5000;

// A dialog of the app gives the focus back to what it can see, which is nothing inside a part.
function comeBack(place) {
  let open = false;
  const watch = new MutationObserver(() => {
    const was = open;
    open = Boolean(document.querySelector(DIALOG));
    if (!was || open) return;
    watch.disconnect();
    if (document.activeElement === document.body) place()?.focus({ preventScroll: true });
  });
  watch.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => open || watch.disconnect(), GIVE_UP_MS);
}
