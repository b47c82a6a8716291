/**
 * Out of a viewed account, to the page that says how the view ended. Another document: nothing of the
 * customer stays on the screen or in memory, and going back loads a page that has to ask again.
 */
export function leaveView(): void {
  document.body.hidden = true;
  window.location.replace('/console/view-ended');
}
