// A figure that is drawn smaller than it is (on a phone) is shown in its own size by a tap, and
// back by another; meanwhile it can be moved within its frame.
document.addEventListener("click", event => {
  const picture = event.target.closest(".cell_output figure > img");
  if (!picture) return;
  const frame = picture.closest("figure"), own = Number(picture.getAttribute("width"));
  if (!frame.classList.contains("whole") && own <= picture.clientWidth + 1) return;
  const across = event.offsetX / picture.clientWidth;
  const whole = frame.classList.toggle("whole");
  if (whole) frame.scrollLeft = across * picture.clientWidth - frame.clientWidth / 2;
});
