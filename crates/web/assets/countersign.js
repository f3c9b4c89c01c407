// Enhancement only: every page works without this file.
"use strict";
document.querySelectorAll("[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    } catch {
      field.select();
      button.textContent = "Press Ctrl+C";
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });
});
const problems = document.getElementById("problems");
if (problems) problems.focus();
// Fields that depend on answers: the server draws them anew, and what is typed meanwhile stays.
document.querySelectorAll("form[data-redraw]").forEach((form) => {
  let last = 0;
  const redraw = async (focus) => {
    const turn = ++last;
    const sent = new FormData(form);
    sent.set("step", "redraw");
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent) });
    if (!answer.ok || turn !== last) return;
    const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("drawn");
    if (!drawn || turn !== last) return;
    for (const old of document.getElementById("drawn").querySelectorAll("[id]")) {
      const fresh = drawn.querySelector(`#${old.id}`);
      if (!fresh) continue;
      if (old.type === "checkbox") {
        if (old.checked !== sent.getAll(old.name).includes(old.value)) fresh.checked = old.checked;
      } else if (old.name && old.value !== sent.get(old.name)) fresh.value = old.value;
      if (old.open) fresh.open = true;
    }
    const active = focus ?? document.activeElement?.id;
    document.getElementById("drawn").replaceWith(drawn);
    hideRedraw();
    document.getElementById(active)?.focus();
    form.querySelector("[data-redrawn]").textContent = document.getElementById("whom").textContent;
  };
  const hideRedraw = () => form.querySelectorAll(".redraw").forEach((part) => { part.hidden = true; });
  hideRedraw();
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-redraws]")) redraw();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "step") return;
    event.preventDefault();
    redraw(event.submitter.dataset.back);
  });
  form.addEventListener("keydown", (event) => {
    const add = event.key === "Enter" && !event.isComposing && event.target.closest(".add-row")?.querySelector("button");
    if (!add || event.target === add) return;
    event.preventDefault();
    add.click();
  });
});
// A second click must not send a form twice.
document.querySelectorAll("form[method=post]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
});
