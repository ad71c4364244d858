// Events with a few pictures. A name is changed in place; text reaches the page through
// textContent and value only.
function drawTitle(event, send) {
  const line = element("div", "line");
  const title = element("span", "title", event.title);
  title.title = event.title;
  const edit = element("button", "edit", "✎");
  edit.type = "button";
  edit.title = "Rename";
  edit.setAttribute("aria-label", `Rename ${event.title}`);
  line.append(title, edit);
  edit.onclick = () => {
    const form = element("form", "row");
    const { input, save } = nameField(event.title, event.own, "save", () => (save.disabled = false));
    input.value = event.name;
    const leave = () => {
      form.replaceWith(line);
      edit.focus();
    };
    input.addEventListener("keydown", (pressed) => pressed.key === "Escape" && leave());
    form.onsubmit = (submitted) => {
      submitted.preventDefault();
      if (input.value.trim() === event.name) return leave();
      save.textContent = "Saving";
      save.disabled = true;
      send("named", { id: event.id, name: input.value.trim() });
      return undefined;
    };
    form.append(input, save);
    line.replaceWith(form);
    input.focus();
    input.select();
  };
  return line;
}

function drawEvent(event, base, send) {
  const card = element("article", "card");
  const open = element("button", `pictures of-${event.pictures.length}`);
  open.type = "button";
  open.setAttribute("aria-label", `Open ${event.title}, ${event.detail}`);
  open.append(...event.pictures.map((src) => picture(src, "", base)));
  open.onclick = () => send("open", event.id);
  const below = element("div", "below");
  below.append(drawTitle(event, send), element("div", "detail", event.detail));
  if (event.people.length) {
    const people = element("div", "people");
    for (const person of event.people) {
      const face = picture(person.src, person.label, base);
      face.title = person.label;
      people.append(face);
    }
    below.append(people);
  }
  card.append(open, below);
  return card;
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".events");
  const wanted = JSON.stringify([data.events, data.turn]);
  if (root.content !== wanted) {
    root.content = wanted;
    const cards = data.events.map((event) => drawEvent(event, data.base, setTriggerValue));
    keepFocus(root, () => root.replaceChildren(...cards));
  }
  moveWithArrows(root, ".pictures");
});
