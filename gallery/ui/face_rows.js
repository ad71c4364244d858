// Rows of groups of faces, each group under a line of words; a face leads to its photo.
function drawFace(face, basePath, open) {
  const cell = element("div", "cell");
  const button = element(face.photo ? "button" : "div", face.photo ? "face" : "face still");
  if (face.photo) {
    button.type = "button";
    button.setAttribute("aria-label", `Open the photo: ${face.alt}`);
    button.title = "Open the photo of this face";
    button.onclick = () => open(face.photo);
  }
  if (face.src) button.append(picture(face.src, face.photo ? "" : face.alt, basePath));
  cell.append(button);
  if (face.score) cell.append(element("span", "score", face.score));
  return cell;
}

function drawGroup(group, basePath, open) {
  const part = element("div", "group");
  const line = element("div", "line");
  if (group.label) line.append(element("span", "label", group.label));
  if (group.detail) line.append(element("span", "detail", group.detail));
  const faces = element("div", "faces");
  group.faces.forEach((face) => faces.append(drawFace(face, basePath, open)));
  if (group.more) faces.append(element("span", "more", `and ${group.more.toLocaleString("en")} more`));
  if (group.label) part.append(line);
  part.append(faces);
  return part;
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".rows");
  const content = JSON.stringify(data.rows);
  if (root.content === content) return;
  root.content = content;
  const open = (photo) => setTriggerValue("open", photo);
  root.replaceChildren(
    ...data.rows.map((content) => {
      const row = element("section", `row ${content.title ? "titled" : ""} ${content.bare ? "bare" : ""}`);
      if (content.title) row.append(element("h3", "title", content.title));
      row.append(...content.groups.map((group) => drawGroup(group, data.base, open)));
      return row;
    }),
  );
});
