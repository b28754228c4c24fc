/* Times in the viewer's clock. */
(function () {
  'use strict';
  const inbox = window.SwitchboardInbox ||= {};
  function cookie(name) {
    const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
  }

  function formats() {
    const language = document.documentElement.lang || 'en';
    const zone = cookie('switchboard_zone') || undefined;
    const make = (options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
    return {
      clock: make(clock),
      weekday: make({ weekday: 'short' }),
      date: new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'short' }),
      year: new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric' }),
      day: new Intl.DateTimeFormat('en-CA', { timeZone: zone }),
      full: make({ dateStyle: 'full', timeStyle: 'medium' }),
    };
  }

  let format = null;
  try { format = formats(); } catch (error) { /* a zone this browser doesn't know: UTC stays */ }

  /* As the server's `short`: 08:42 today, Wed within a week, 12 Oct, 12 Oct 2025. */
  function short(at) {
    const days = (Date.parse(format.day.format(new Date())) - Date.parse(format.day.format(at))) / 86400000;
    if (days === 0) return format.clock.format(at);
    if (days > 0 && days < 7) return format.weekday.format(at);
    const sameYear = format.day.format(at).slice(0, 4) === format.day.format(new Date()).slice(0, 4);
    return (sameYear ? format.date : format.year).format(at);
  }

  function localise(root) {
    if (!format) return;
    for (const time of root.querySelectorAll('time[data-local=short]')) {
      const at = new Date(time.dateTime);
      const text = short(at);
      if (time.textContent !== text) time.textContent = text;
      time.title = format.full.format(at);
    }
  }

  Object.assign(inbox, { localise });
})();
