/* Times between key presses of a field marked data-typing, for the form's next question. Never which keys, never what is
   typed; whoever runs no script, pastes, or types with a voice simply says nothing. One weak signal, nothing hangs on it. */
"use strict";
for (const field of document.querySelectorAll("input[data-typing]")) {
  const form = field.form;
  if (!form) continue;
  const hidden = document.createElement("input");
  hidden.type = "hidden";
  hidden.name = "typing";
  form.append(hidden);
  let last = 0;
  let times = [];
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat) return;
    const now = performance.now();
    if (event.key && event.key.length > 1) {
      times = [];
      last = 0;
      return;
    }
    if (last) times.push(Math.min(Math.round(now - last), 60000));
    last = now;
  });
  field.addEventListener("paste", () => {
    times = [];
    last = 0;
  });
  form.addEventListener("submit", () => {
    hidden.value = times.slice(-40).join(",");
  });
}
