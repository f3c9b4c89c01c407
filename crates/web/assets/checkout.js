// Enhancement only: the checkout counts down, notices by itself what happens, and leads back to the shop. Without this file
// the page is asked for again from time to time, and its links do the rest.
"use strict";

const SECOND_MS = 1000;
// What is further away than this is said in words.
const COUNTED_MS_MAX = 24 * 60 * 60 * SECOND_MS;
// How long to wait where the server has no place for one more listener.
const RETRY_MS = 15 * SECOND_MS;

function digits(left) {
  const seconds = Math.max(0, Math.ceil(left / SECOND_MS));
  const pad = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

document.querySelectorAll("[data-left-ms]").forEach((place) => {
  const distance = Number(place.dataset.leftMs);
  if (distance > COUNTED_MS_MAX) return;
  const end = Date.now() + distance;
  place.setAttribute("role", "timer");
  const show = () => {
    const left = end - Date.now();
    place.textContent = digits(left);
    if (left > 0) setTimeout(show, left % SECOND_MS || SECOND_MS);
  };
  show();
});

const page = document.querySelector("[data-live]");
if (page) {
  let source;
  // Not reload(): the page may be the answer to a form.
  const again = () => location.replace(page.dataset.page);
  const listen = () => {
    source = new EventSource(page.dataset.live);
    source.addEventListener("order", (event) => {
      if (event.data !== page.dataset.shown) again();
    });
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(again, RETRY_MS);
    });
  };
  // A page that nobody sees keeps no connection; the first word after its return tells what it missed.
  document.addEventListener("visibilitychange", () => {
    source?.close();
    if (document.visibilityState === "visible") listen();
  });
  if (document.visibilityState === "visible") listen();
}

const leaving = document.querySelector("[data-leave-s]");
if (leaving) {
  const way = document.getElementById("way-out");
  const stay = document.querySelector("[data-stay]");
  let seconds = Number(leaving.dataset.leaveS);
  const timer = setInterval(() => {
    seconds -= 1;
    if (seconds > 0) {
      leaving.textContent = seconds;
      return;
    }
    clearInterval(timer);
    location.assign(way.href);
  }, SECOND_MS);
  stay.hidden = false;
  stay.addEventListener("click", () => {
    clearInterval(timer);
    leaving.closest("p").textContent = "You stay on this page.";
    stay.hidden = true;
  });
}
