/* What the desk does beside htmx: dropping files, hearing of changes. Everything works without it,
   by plain forms. Nothing newer than Chromium 86. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");

  /* --- changes: events from the server, else asking now and then --- */
  var address = document.body.getAttribute("data-events");
  var polling = null;
  function changed() { window.htmx.trigger(document.body, "changed"); }
  function poll() { if (!polling) { polling = setInterval(changed, 4000); } }
  function listen() {
    if (!window.EventSource) { poll(); return; }
    var source = new EventSource(address);
    var failures = 0;
    source.onopen = function () {
      failures = 0;
      if (polling) { clearInterval(polling); polling = null; }
      changed(); /* what happened before we listened */
    };
    source.onmessage = function () { if (!document.hidden) { changed(); } else { missed = true; } };
    source.onerror = function () {
      failures += 1;
      if (failures > 1) { poll(); }
    };
    window.addEventListener("pagehide", function () { source.close(); });
  }
  var missed = false;
  function caughtUp() {
    if (missed && !document.hidden) { missed = false; changed(); }
  }
  document.addEventListener("visibilitychange", caughtUp);
  document.addEventListener("focusout", function () { setTimeout(caughtUp, 0); });

  /* --- the part that is shown anew: only when it says something else, and nobody loses their place --- */
  function live() { return document.getElementById("live"); }
  function alike(part, element) { /* what stands for the same thing */
    return Array.prototype.filter.call(part.querySelectorAll(element.tagName), function (one) {
      return ["id", "name", "href", "value"].every(function (name) {
        return one.getAttribute(name) === element.getAttribute(name);
      }) && (element.name || one.textContent === element.textContent);
    });
  }
  function place(part, element) { return {element: element, nth: alike(part, element).indexOf(element)}; }
  function again(part, before) { return alike(part, before.element)[before.nth]; }
  function served(text) {
    var part = new DOMParser().parseFromString(text, "text/html").getElementById("live");
    return part && part.outerHTML;
  }
  var shown = live() && live().outerHTML, coming = null, places = null;
  function busy() { /* what somebody is writing or sending is not to be swept away */
    return live() && live().querySelector("textarea:focus, select:focus, input:not([type]):focus, .dirty, .sending");
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt === live() && busy()) { missed = true; event.preventDefault(); }
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (!live() || event.detail.target !== live()) { return; }
    coming = served(event.detail.xhr.responseText);
    if (coming === null || coming === shown) { event.detail.shouldSwap = false; return; }
    if (busy()) { missed = true; event.detail.shouldSwap = false; return; }
    var part = live(), focus = part.contains(document.activeElement) ? document.activeElement : null;
    places = {
      focus: focus && place(part, focus),
      open: Array.prototype.map.call(part.querySelectorAll("details[open] > summary"), place.bind(null, part)),
      top: window.pageYOffset
    };
  });
  document.addEventListener("htmx:afterSwap", function () {
    var part = live(), before = places, news = document.getElementById("news");
    if (!part || !before) { return; }
    shown = coming;
    places = null;
    before.open.forEach(function (one) {
      var summary = again(part, one);
      if (summary) { summary.parentNode.open = true; }
    });
    if (before.focus) {
      var next = again(part, before.focus) || part;
      if (next === part) { part.setAttribute("tabindex", "-1"); }
      next.focus({preventScroll: true});
    }
    window.scrollTo(window.pageXOffset, before.top);
    var told = part.querySelector(".verdict, [role=status]");
    if (news && told && news.textContent !== told.textContent) { news.textContent = told.textContent; }
  });
  document.addEventListener("input", function (event) {
    if (event.target.closest("form")) { event.target.classList.add("dirty"); }
  });

  /* --- files --- */
  function each(list, call) { Array.prototype.forEach.call(list, call); }

  function send(form, data, progress, done) {
    var request = new XMLHttpRequest();
    request.open("POST", form.action);
    if (form.classList.contains("many")) { request.setRequestHeader("Accept", "application/json"); }
    request.upload.onprogress = function (event) {
      if (event.lengthComputable) { progress(event.loaded, event.total); }
    };
    request.onload = function () { done(request); };
    request.onerror = function () { done(request); };
    request.send(data);
  }

  function tell(form, text) {
    var line = form.querySelector(".said") || form.appendChild(document.createElement("p"));
    line.className = "said bad";
    line.setAttribute("role", "alert");
    line.textContent = text;
  }

  function failed(form, request) {
    var page = new DOMParser().parseFromString(request.responseText || "", "text/html");
    var told = page.querySelector("main .lead") || page.querySelector("main .said.bad");
    var plain = /^[^<]+$/.test(request.responseText || "") ? request.responseText : "";
    tell(form, (told && told.textContent) || plain || form.getAttribute("data-failed") ||
      "没有传成，请检查网络后再试。 The upload did not get through; please try again.");
    form.querySelector("button").disabled = false;
    form.querySelector("progress").hidden = true;
    form.classList.remove("sending");
  }

  function others(form, lost, batch) { /* what did get through is there */
    var line = form.querySelector(".said"), link = document.createElement("a");
    link.href = "/desk/batch/" + batch;
    link.textContent = form.getAttribute("data-others").replace("{n}", lost);
    line.appendChild(document.createTextNode(" "));
    line.appendChild(link);
  }

  function upload(form, file) {
    var input = form.querySelector("input[type=file]");
    var bar = form.querySelector("progress");
    var data = new FormData(form);
    data.set(input.name, file, file.name);
    bar.hidden = false;
    form.querySelector("button").disabled = true;
    send(form, data, function (loaded, total) { bar.max = total; bar.value = loaded; }, function (request) {
      if (request.status >= 200 && request.status < 400 && request.responseURL) {
        window.location.href = request.responseURL;
      } else { failed(form, request); }
    });
  }

  function uploadMany(form, files) {
    var bar = form.querySelector("progress");
    var csrf = form.querySelector("[name=csrf]").value;
    var waiting = files.slice(), under = 0, sent = 0, batch = "", lost = 0, last = null;
    bar.hidden = false;
    bar.max = files.length;
    form.querySelector("button").disabled = true;
    function next() {
      if (!waiting.length) {
        if (under) { return; }
        if (batch && !lost) { window.location.href = "/desk/batch/" + batch; } else { failed(form, last); }
        if (batch && lost) { others(form, lost, batch); }
        return;
      }
      var one = waiting.shift(), data = new FormData();
      data.append("csrf", csrf);
      if (batch) { data.append("batch", batch); }
      data.append("path", one.path);
      data.append("file", one.file, one.file.name);
      under += 1;
      send(form, data, function () {}, function (request) {
        under -= 1;
        sent += 1;
        bar.value = sent;
        if (request.status === 200) {
          var first = !batch;
          batch = JSON.parse(request.responseText).batch;
          if (first) { next(); next(); }
        } else { lost += 1; last = request; if (!batch) { waiting = []; } }
        next();
      });
    }
    next();
  }

  function walk(entry, path, found, done) {
    if (entry.isFile) {
      entry.file(function (file) { found.push({file: file, path: path + file.name}); done(); }, done);
      return;
    }
    var reader = entry.createReader();
    (function more() {
      reader.readEntries(function (entries) {
        if (!entries.length) { done(); return; }
        var left = entries.length;
        each(entries, function (one) {
          walk(one, path + entry.name + "/", found, function () { left -= 1; if (!left) { more(); } });
        });
      }, done);
    })();
  }

  function dropped(event, call) {
    var items = event.dataTransfer.items, entries = [];
    each(items || [], function (item) {
      var entry = item.webkitGetAsEntry && item.webkitGetAsEntry();
      if (entry) { entries.push(entry); }
    });
    if (!entries.length) {
      call(Array.prototype.map.call(event.dataTransfer.files, function (file) {
        return {file: file, path: file.name};
      }));
      return;
    }
    var found = [], left = entries.length;
    entries.forEach(function (entry) {
      walk(entry, "", found, function () { left -= 1; if (!left) { call(found); } });
    });
  }

  function take(form, files) {
    var many = form.classList.contains("many");
    if (!files.length || form.classList.contains("sending")) { return; }
    if (!many && files.length > 1) { tell(form, form.getAttribute("data-one")); return; }
    form.classList.add("sending");
    if (many) { uploadMany(form, files); } else { upload(form, files[0].file); }
  }

  /* Forms come and go with what is shown anew, so the page itself listens for them. */
  function box(event) { return event.target.closest ? event.target.closest("form.drop") : null; }
  ["dragenter", "dragover"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var form = box(event);
      if (form) { event.preventDefault(); form.classList.add("over"); }
    });
  });
  document.addEventListener("dragleave", function (event) {
    var form = box(event);
    if (form && !form.contains(event.relatedTarget)) { form.classList.remove("over"); }
  });
  document.addEventListener("drop", function (event) {
    var form = box(event);
    if (!form) { return; }
    event.preventDefault();
    form.classList.remove("over");
    dropped(event, function (files) { take(form, files); });
  });
  document.addEventListener("submit", function (event) {
    var form = box(event), chosen = [];
    each(form ? form.querySelectorAll("input[type=file]") : [], function (input) {
      each(input.files, function (file) {
        chosen.push({file: file, path: file.webkitRelativePath || file.name});
      });
    });
    if (!chosen.length) { return; }
    event.preventDefault();
    take(form, chosen);
  });

  /* --- pages of evidence that are not there --- */
  document.addEventListener("error", function (event) {
    var pages = event.target.tagName === "IMG" && event.target.closest(".thumbs");
    if (!pages) { return; }
    var told = document.createElement("span");
    told.className = "missing";
    told.textContent = pages.getAttribute("data-missing");
    event.target.replaceWith(told);
  }, true);

  if (address) { listen(); }
})();
