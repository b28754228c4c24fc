/* How often a page asks for what changed: at once after quiet, then no sooner than four times as long after an answer
   as that took. One question at a time; what is asked for meanwhile is asked once more, so that the last state comes. */
(function () {
  'use strict';
  const LEAST = 250;
  const MOST = 5000;
  const TRY_AGAIN = 5000;

  /* The pause after a question that took so long. */
  const pause = (took) => Math.min(MOST, Math.max(LEAST, 4 * took));

  /* A function that has `ask` called within that rate, and no sooner than `least` ms after an answer. `ask` promises
     false, or fails, when it has to be tried again. */
  function paced(ask, least = LEAST) {
    let asking = false;
    let wanted = false;
    let earliest = 0;
    let timer = null;

    async function run() {
      clearTimeout(timer);
      if (asking || !wanted) return;
      const began = performance.now();
      if (began < earliest) { timer = setTimeout(run, earliest - began); return; }
      asking = true;
      wanted = false;
      const there = await ask().catch(() => false);
      const ended = performance.now();
      earliest = ended + (there === false ? TRY_AGAIN : Math.max(least, pause(ended - began)));
      wanted = wanted || there === false;
      asking = false;
      run();
    }

    return () => { wanted = true; run(); };
  }

  window.SwitchboardPace = Object.freeze({ paced, pause });
})();
