// A field to type a name or a number into, and the persons it may be, with their faces.
function drawChoice(person, basePath, then) {
  const button = element("button", person.fresh ? "person fresh" : "person");
  button.type = "button";
  if (person.id) button.dataset.id = person.id;
  const round = element("span", "round", person.fresh ? "+" : undefined);
  round.setAttribute("aria-hidden", "true");
  if (person.src) round.append(picture(person.src, "", basePath, true));
  const lines = element("span", "words");
  lines.append(element("span", person.named ? "label named" : "label", person.label));
  if (person.detail) lines.append(element("span", "detail", person.detail));
  button.append(round, lines);
  button.onclick = then;
  return button;
}

export default reading(({ parentElement, data, setStateValue, setTriggerValue }) => {
  const root = parentElement.querySelector(".who");
  if (!root.search) {
    root.search = element("input", "search");
    root.search.type = "search";
    root.search.autocomplete = "off";
    root.search.maxLength = 200;
    root.search.enterKeyHint = "done";
    root.list = element("div", "list");
    root.heading = element("div", "title");
    root.heading.setAttribute("role", "status");
    root.replaceChildren(root.search, root.heading, root.list);
    // A keyboard on the screen would hide the faces.
    if (matchMedia("(hover: hover)").matches) {
      setTimeout(() => root.search.focus({ preventScroll: true }), 80);
    }
  }
  const { search } = root;
  search.placeholder = data.placeholder;
  search.setAttribute("aria-label", data.placeholder);
  const fresh = (name) => setTriggerValue("fresh", name);
  const typed = () => search.value.trim().replace(/\s+/g, " ");

  const draw = () => {
    const name = typed();
    const rows = data.people.map((person) =>
      drawChoice(person, data.base, () => setTriggerValue("pick", person.id)),
    );
    const known = data.people.some(
      (person) => person.label.toLowerCase() === name.toLowerCase() || String(person.number) === name,
    );
    if (data.fresh && !known) {
      const label = name ? `Somebody new: ${name}` : data.fresh;
      const row = { label, fresh: true };
      rows.push(drawChoice(row, data.base, () => fresh(name)));
    }
    root.heading.textContent = rows.length ? data.title : "Nobody is called that.";
    root.list.replaceChildren(...rows);
  };
  draw();

  search.oninput = () => {
    clearTimeout(root.waiting);
    root.waiting = setTimeout(() => setStateValue("typed", typed()), 160);
    draw();
  };
  // The app has shortcuts of one letter; a name being typed is none of them.
  search.onkeyup = (event) => event.stopPropagation();
  search.onkeydown = (event) => {
    if (event.key === "ArrowDown") {
      root.list.querySelector(".person")?.focus();
      event.preventDefault();
    } else if (event.key === "Enter" && typed()) {
      event.preventDefault();
      const wanted = typed().toLowerCase();
      const same = data.people.find(
        (one) => one.label.toLowerCase() === wanted || String(one.number) === wanted,
      );
      if (same) setTriggerValue("pick", same.id);
      else if (data.fresh) fresh(typed());
    }
    if (event.key !== "Escape") event.stopPropagation();
  };
  root.list.onkeydown = (event) => {
    const rows = [...root.list.querySelectorAll(".person")];
    const at = rows.indexOf(event.target.closest(".person"));
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    (rows[at + step] || (step < 0 ? search : rows[at])).focus();
  };
});
