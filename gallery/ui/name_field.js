// A field for a person's name, with the names that are known, and the button that saves it.
function nameField(label, placeholder, saveClass, changed) {
  const input = element("input");
  input.type = "text";
  input.placeholder = placeholder;
  input.setAttribute("aria-label", `Name of ${label}`);
  input.setAttribute("list", "known-names");
  input.autocomplete = "off";
  input.enterKeyHint = "done";
  input.maxLength = 200;
  const save = element("button", saveClass, "Save");
  save.type = "submit";
  save.disabled = true;
  input.oninput = () => {
    save.disabled = !input.value.trim();
    changed(input.value);
  };
  // The app has shortcuts of one letter; a name being typed is none of them.
  input.onkeydown = (event) => {
    event.stopPropagation();
    if (event.key === "Escape") input.blur();
  };
  input.onkeyup = (event) => event.stopPropagation();
  return { input, save };
}
