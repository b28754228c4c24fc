/* The timelines of messages: opened beside or below their bubble, one at a time. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox ||= {};

  function openTimeline(button) {
    const pop = button && $(button.getAttribute('aria-controls'));
    if (!pop) return;
    closeTimelines(pop);
    pop.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    htmx.trigger(button, 'timeline');
  }

  function closeTimelines(except, focusOpener) {
    let closed = false;
    for (const pop of document.querySelectorAll('.m > .pop:not([hidden])')) {
      if (pop === except) continue;
      pop.hidden = true;
      pop.classList.remove('pop--aside');
      const opener = document.querySelector(`[aria-controls="${pop.id}"]`);
      opener.setAttribute('aria-expanded', 'false');
      if (focusOpener) opener.focus();
      closed = true;
    }
    return closed;
  }

  /* Beside the message when nothing is written there, else below it. */
  function placeTimeline(pop) {
    const article = pop.closest('article.m');
    if (!article || !article.matches('.m--out')) return pop.scrollIntoView({ block: 'nearest' });
    pop.classList.add('pop--aside');
    const mine = pop.getBoundingClientRect();
    const room = $('thread-scroll').getBoundingClientRect();
    const fits = mine.left >= room.left + 4 && mine.top >= room.top && mine.bottom <= room.bottom;
    const texts = document.querySelectorAll('#messages :is(.m__b, .m__f, .m__x, .m__ad, .day, .sys, .note, .older)');
    const covers = [...texts].some((text) => {
      const other = text.getBoundingClientRect();
      return other.left < mine.right && other.right > mine.left && other.top < mine.bottom && other.bottom > mine.top;
    });
    if (!fits || covers) pop.classList.remove('pop--aside');
    return pop.scrollIntoView({ block: 'nearest' });
  }

  Object.assign(inbox, { openTimeline, closeTimelines, placeTimeline });
})();
