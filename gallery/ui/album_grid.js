function drawAlbum(album, basePath) {
  const button = element("button", "album");
  button.type = "button";
  button.dataset.id = album.id;
  button.title = album.name;
  const cover = element("span", "cover");
  if (album.src) cover.append(picture(album.src, "", basePath));
  if (album.icon) {
    const icon = element("span", "icon", album.icon);
    icon.setAttribute("aria-hidden", "true");
    icon.setAttribute("translate", "no");
    cover.append(icon);
  }
  button.append(cover, element("span", "name", album.name), element("span", "detail", album.detail));
  return button;
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".albums");
  const content = JSON.stringify(data.albums);
  if (root.content !== content) {
    root.content = content;
    root.replaceChildren(...data.albums.map((album) => drawAlbum(album, data.base)));
  }
  moveWithArrows(root, ".album");
  root.onclick = (event) => {
    const album = event.target.closest(".album");
    if (album) setTriggerValue("open", Number(album.dataset.id));
  };
});
