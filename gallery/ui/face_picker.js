// A grid of faces to choose from, as of a listbox: a tap or space chooses, shift chooses all
// between, and what can be done with the chosen ones appears in a bar.
function drawFace(face, basePath) {
  const tile = element("div", face.odd ? "face odd" : "face");
  tile.setAttribute("role", "option");
  tile.setAttribute("aria-label", face.alt);
  tile.title = face.title;
  tile.dataset.id = face.id;
  if (face.src) tile.append(picture(face.src, "", basePath));
  const mark = element("span", "mark", "✓");
  mark.setAttribute("aria-hidden", "true");
  tile.append(mark);
  if (face.sure) {
    const sure = element("span", "sure", "✓");
    sure.setAttribute("aria-hidden", "true");
    tile.append(sure);
  }
  return tile;
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".picker");
  const picker = (root.picker ||= { chosen: new Set(), last: null });
  const ids = data.faces.map((face) => face.id);
  const tiles = () => [...root.querySelectorAll(".face")];
  picker.place = () => root.querySelector('.face[tabindex="0"]');

  const show = () => {
    tiles().forEach((tile) => {
      tile.setAttribute("aria-selected", String(picker.chosen.has(Number(tile.dataset.id))));
    });
    root.classList.toggle("choosing", picker.chosen.size > 0);
    picker.all.textContent = picker.chosen.size === ids.length ? "Choose none" : data.chooseAll;
    drawBar(picker, data, "face", (action, faces) => setTriggerValue("act", { action, faces }));
  };
  picker.choose = (wanted) => {
    picker.chosen = new Set(wanted);
    show();
  };

  const content = JSON.stringify([data.faces, data.hint]);
  if (root.content !== content) {
    root.content = content;
    picker.chosen = new Set([...picker.chosen].filter((id) => ids.includes(id)));
    const tools = element("div", "tools");
    picker.all = plainButton("", () =>
      picker.choose(picker.chosen.size === ids.length ? [] : ids),
    );
    tools.append(element("span", "hint", data.hint), picker.all);
    const grid = element("div", "grid");
    grid.setAttribute("role", "listbox");
    grid.setAttribute("aria-multiselectable", "true");
    grid.setAttribute("aria-label", data.title);
    grid.append(...data.faces.map((face) => drawFace(face, data.base)));
    picker.bar = element("div", "bar");
    keepPlace(root, ".face", () => root.replaceChildren(tools, grid, picker.bar));
  }
  show();

  const flip = (tile, range) => flipChoice(picker, ids, Number(tile.dataset.id), range);

  const grid = root.querySelector(".grid");
  moveWithArrows(grid, ".face");
  const arrows = grid.onkeydown;
  grid.onclick = (event) => {
    const tile = event.target.closest(".face");
    if (!tile) return;
    tiles().forEach((other) => (other.tabIndex = other === tile ? 0 : -1));
    tile.focus({ preventScroll: true });
    flip(tile, event.shiftKey);
  };
  grid.onkeydown = (event) => {
    const tile = event.target.closest(".face");
    const all = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a";
    if (tile && (event.key === " " || event.key === "Enter")) {
      flip(tile, event.shiftKey);
    } else if (all) {
      picker.choose(ids);
    } else if (event.key === "Escape" && picker.chosen.size) {
      picker.choose([]);
    } else {
      arrows(event);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
});
