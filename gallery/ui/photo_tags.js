// Tags of a photo, each with a cross, and a field to add one.
function drawTag(tag, open, remove) {
  const chip = element("span", "chip");
  const name = element("button", "name", tag.name);
  name.type = "button";
  name.title = tag.help;
  name.setAttribute("aria-label", `Photos with the tag ${tag.name}`);
  name.onclick = open;
  const cross = element("button", "cross", "×");
  cross.type = "button";
  cross.title = "Take this tag away";
  cross.setAttribute("aria-label", `Take the tag ${tag.name} away`);
  cross.onclick = remove;
  chip.append(name, cross);
  return chip;
}

function drawField(add) {
  const form = element("form", "field");
  const input = element("input");
  input.type = "text";
  input.placeholder = "Add a tag";
  input.setAttribute("aria-label", "Add a tag");
  input.setAttribute("list", "known-tags");
  input.autocomplete = "off";
  input.enterKeyHint = "done";
  input.maxLength = 200;
  const save = element("button", "save", "Add");
  save.type = "submit";
  save.disabled = true;
  input.oninput = () => (save.disabled = !input.value.trim());
  // The app has shortcuts of one letter; a tag being typed is none of them.
  input.onkeydown = (event) => {
    event.stopPropagation();
    if (event.key === "Escape") input.blur();
  };
  input.onkeyup = (event) => event.stopPropagation();
  form.onsubmit = (event) => {
    event.preventDefault();
    const name = input.value.trim();
    if (!name) return;
    input.value = "";
    save.disabled = true;
    add(name);
  };
  form.append(input, save);
  return form;
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".tags");
  const act = (action, name) => setTriggerValue("act", { action, name });
  if (!root.field) {
    root.list = element("div", "list");
    root.field = drawField((name) => root.act("add", name));
    root.replaceChildren(root.list);
  }
  root.act = act;
  const chips = data.tags.map((tag) =>
    drawTag(tag, () => act("open", tag.name), () => act("remove", tag.name)),
  );
  keepFocus(root, () => root.list.replaceChildren(...chips, root.field));
  const known = parentElement.querySelector("#known-tags");
  known.replaceChildren(
    ...data.known.map((name) => {
      const option = element("option");
      option.value = name;
      return option;
    }),
  );
});
