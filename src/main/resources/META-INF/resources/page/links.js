/** Links lead out of the page. */

/** Lets a link open in a tab of its own. */
export function open(link) {
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
  if (!URL.canParse(link.getAttribute("href") ?? "")) {
    link.replaceWith(...link.childNodes);
  }
}
