// Before the first paint, so that a dark page does not flash; hence no module.
try {
  document.documentElement.dataset.theme = localStorage.getItem("parley.theme") ?? "";
} catch {
  // Storage is forbidden: the device's colours hold.
}
