/* The report page at work: search, filter, sort, leaf through, copy, print.
 *
 * Written for old browsers (ECMAScript 5, no modules, no requests). Texts of counties reach the page
 * only as text nodes. The state of the page stands behind the # of its address.
 */
(function () {
  'use strict';

  var data = JSON.parse(document.getElementById('data').textContent);
  var words = data.words;
  var texts = data.texts;
  var columns = data.columns;
  var kinds = data.kinds;
  var submissions = data.submissions;
  var total = columns.submission.length;

  var PRINT_ALL = 100; // so many rows go to paper unasked
  var MANY = 200; // submissions that show before somebody asks for all; the style sheet knows it, too
  var LONG = 240; // characters of a text that show before somebody asks for all
  var SIZES = [20, 50, 100, 200];
  var FACETS = ['verdict', 'city', 'submission', 'sheet', 'code', 'level'];
  var BLANK = {
    q: '', verdict: '', city: '', submission: '', sheet: '', code: '', level: '',
    sort: '', order: '', page: '1', size: '50'
  };
  var FIRST_SEEN = ['submission', 'sheet']; // sorted as they come: parts of a form are in order

  var state = copyOf(BLANK);
  var found = []; // the rows that match, in their order
  var ticked = {}; // row -> true
  var tickedCount = 0;

  // --- small things --------------------------------------------------------------------------

  function byId(id) {
    return document.getElementById(id);
  }

  function has(object, key) {
    return Object.prototype.hasOwnProperty.call(object, key);
  }

  function copyOf(object) {
    var copy = {}, key;
    for (key in object) {
      if (has(object, key)) copy[key] = object[key];
    }
    return copy;
  }

  function each(list, act) {
    for (var i = 0; i < list.length; i++) act(list[i], i);
  }

  function all(selector, within) {
    return (within || document).querySelectorAll(selector);
  }

  function say(key) {
    var facts = arguments;
    return words[key].replace(/\{(\d)\}/g, function (_, n) {
      return String(facts[Number(n) + 1]);
    });
  }

  function word(key) {
    return has(words, key) ? words[key] : key;
  }

  // An element with attributes and children; a child that is a string becomes a text node.
  function make(name, attributes, children) {
    var element = document.createElement(name), key;
    for (key in attributes) {
      if (attributes[key] !== null) element.setAttribute(key, attributes[key]);
    }
    each(children || [], function (child) {
      if (child === null) return;
      element.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
    });
    return element;
  }

  function empty(element) {
    while (element.firstChild) element.removeChild(element.firstChild);
    return element;
  }

  function show(element, shown) {
    if (element) element.style.display = shown ? '' : 'none';
  }

  // To the top of a part, which the bar that stays must not cover.
  function scrollTo(id) {
    var covered = all('.topbar')[0].offsetHeight + 12;
    window.scrollTo(0, byId(id).getBoundingClientRect().top + window.pageYOffset - covered);
  }

  function badge(key) {
    var style = has(data.styles, key) ? data.styles[key] : 'other';
    return make('span', { 'class': 'badge ' + style }, [word(key)]);
  }

  // Full-width letters and digits, capitals and spaces of any kind make no difference to a search.
  function fold(text) {
    return text.replace(/[\uff01-\uff5e]/g, function (char) {
      return String.fromCharCode(char.charCodeAt(0) - 0xfee0);
    }).replace(/\s/g, ' ').toLowerCase();
  }

  // --- the columns ---------------------------------------------------------------------------

  var folded = texts.map(fold);
  var foldedSubmissions = submissions.map(function (one) {
    return fold([one.name, one.file, one.id, one.city, one.county].join(' '));
  });
  var SEARCHED = ['code', 'sheet', 'cell', 'label', 'value', 'message', 'how_to_mend', 'explanation'];

  // For each facet: what a row has, as a number; and what the numbers mean.
  var facets = {};
  each(FACETS, function (name) {
    var values = [], numbers = {}, of = new Array(total), counts = [], i, value, at, number;
    var bySubmission = name === 'verdict' || name === 'city' || name === 'submission';
    var ofSource = [];
    for (i = 0; i < total; i++) {
      at = columns[bySubmission ? 'submission' : name][i];
      number = ofSource[at];
      if (number === undefined) {
        value = bySubmission ? submissions[at][name === 'submission' ? 'id' : name] : texts[at];
        if (!has(numbers, '$' + value)) {
          numbers['$' + value] = values.length;
          values.push(value);
        }
        number = ofSource[at] = numbers['$' + value];
      }
      of[i] = number;
    }
    facets[name] = { values: values, numbers: numbers, of: of, counts: counts };
  });

  // --- finding -------------------------------------------------------------------------------

  function terms() {
    return fold(state.q).split(' ').filter(function (term) { return term; });
  }

  function contains(list, term) {
    return list.map(function (text) { return text.indexOf(term) >= 0; });
  }

  // Whether each row has every word somewhere. Each text is looked at once, however often it stands.
  function textMatch() {
    var wanted = terms();
    if (!wanted.length) return null;
    var hits = wanted.map(function (term) {
      return { texts: contains(folded, term), submissions: contains(foldedSubmissions, term) };
    });
    return function (row) {
      for (var t = 0; t < hits.length; t++) {
        var hit = hits[t].submissions[columns.submission[row]];
        for (var c = 0; !hit && c < SEARCHED.length; c++) hit = hits[t].texts[columns[SEARCHED[c]][row]];
        if (!hit) return false;
      }
      return true;
    };
  }

  // Fills `found`, and counts for each facet what a choice there would leave.
  function find() {
    var match = textMatch();
    var chosen = FACETS.map(function (name) {
      var number = facets[name].numbers['$' + state[name]];
      return state[name] === '' ? -1 : number === undefined ? -2 : number;
    });
    each(FACETS, function (name) {
      facets[name].counts = facets[name].values.map(function () { return 0; });
    });
    found = [];
    for (var row = 0; row < total; row++) {
      var misses = 0, missed = -1, f;
      for (f = 0; f < FACETS.length && misses < 2; f++) {
        if (chosen[f] !== -1 && facets[FACETS[f]].of[row] !== chosen[f]) {
          misses++;
          missed = f;
        }
      }
      if (misses > 1 || (match && !match(row))) continue;
      for (f = 0; f < FACETS.length; f++) {
        if (misses === 0 || missed === f) facets[FACETS[f]].counts[facets[FACETS[f]].of[row]]++;
      }
      if (misses === 0) found.push(row);
    }
    sortFound();
  }

  function compareTexts(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
  }

  // The place of each number of a column in the order of the column.
  function ranks(column) {
    if (column === 'level') {
      return texts.map(function (text) {
        var at = data.levels.indexOf(text);
        return at < 0 ? data.levels.length : at;
      });
    }
    var rank = [], seen = {}, order = [];
    each(columns[column], function (number) {
      if (!seen[number]) {
        seen[number] = true;
        order.push(number);
      }
    });
    if (FIRST_SEEN.indexOf(column) < 0) {
      order.sort(function (a, b) { return compareTexts(texts[a], texts[b]); });
    }
    each(order, function (number, at) { rank[number] = at; });
    return rank;
  }

  // A1 < A2 < A10 < B1 by row, then by column: as one reads.
  function cellRanks() {
    return texts.map(function (text) {
      var parts = /^([A-Z]{1,3})(\d+)/.exec(text), column = 0;
      if (!parts) return -1;
      for (var i = 0; i < parts[1].length; i++) column = column * 26 + parts[1].charCodeAt(i) - 64;
      return Number(parts[2]) * 20000 + column;
    });
  }

  var rankCache = {};
  function rankOf(column) {
    if (!rankCache[column]) rankCache[column] = column === 'cell' ? cellRanks() : ranks(column);
    return rankCache[column];
  }

  var SORTS = {
    level: ['level'], submission: ['submission'], where: ['sheet', 'cell'],
    label_value: ['label', 'sheet', 'cell'], message: ['code', 'message']
  };

  function sortFound() {
    var name = state.sort.replace('-', ''), sign = state.sort.charAt(0) === '-' ? -1 : 1;
    if (!has(SORTS, name)) return;
    var keys = SORTS[name].map(function (column) {
      return { of: columns[column], rank: rankOf(column) };
    });
    found.sort(function (a, b) {
      for (var k = 0; k < keys.length; k++) {
        var difference = keys[k].rank[keys[k].of[a]] - keys[k].rank[keys[k].of[b]];
        if (difference) return sign * difference;
      }
      return a - b;
    });
  }

  // --- the rows ------------------------------------------------------------------------------

  // The text with the words searched for marked. Where folding changed the length, without marks.
  function marked(text, wanted) {
    var pieces = [], plain = fold(text), from = 0;
    if (!wanted.length || plain.length !== text.length) return [text];
    while (from < text.length) {
      var at = -1, length = 0;
      each(wanted, function (term) {
        var next = plain.indexOf(term, from);
        if (next >= 0 && (at < 0 || next < at || (next === at && term.length > length))) {
          at = next;
          length = term.length;
        }
      });
      if (at < 0) break;
      if (at > from) pieces.push(text.slice(from, at));
      pieces.push(make('mark', {}, [text.slice(at, at + length)]));
      from = at + length;
    }
    if (from < text.length) pieces.push(text.slice(from));
    return pieces;
  }

  // The code of a rule is a long name: it may be broken after its marks.
  function breakable(code, wanted) {
    var pieces = [];
    each(code.split(/([._])/), function (part, at) {
      if (at && at % 2 === 0) pieces.push(make('wbr', {}));
      pieces = pieces.concat(marked(part, wanted));
    });
    return pieces;
  }

  // A long text is cut in sight of the reader, who can have the rest. On paper it is whole.
  function prose(name, style, text, wanted, whole) {
    if (text.length <= LONG || whole) return make(name, { 'class': style }, marked(text, wanted));
    var element = make(name, { 'class': style }, marked(text.slice(0, LONG), wanted).concat(['… ']));
    var button = make('button', { type: 'button', 'class': 'plain' }, [say('expand', text.length)]);
    button.onclick = function () {
      empty(element);
      each(marked(text, wanted), function (piece) {
        element.appendChild(typeof piece === 'string' ? document.createTextNode(piece) : piece);
      });
    };
    element.appendChild(button);
    return element;
  }

  function text(column, row) {
    return texts[columns[column][row]];
  }

  function cell(label, style, children) {
    return make('td', { 'data-label': word(label), 'class': style }, children);
  }

  // A link to the page of evidence that a problem is about.
  function proof(address, page) {
    return make('p', { 'class': 'proof' }, [make('a', { href: address, target: '_blank', rel: 'noopener' },
      [say('proof', page)])]);
  }

  function rowOf(row, wanted, whole) {
    var one = submissions[columns.submission[row]];
    var box = make('input', { type: 'checkbox', 'aria-label': word('tick') });
    box.checked = Boolean(ticked[row]);
    box.onclick = function () { tick(row, box.checked); };
    var value = text('value', row), mend = text('how_to_mend', row), reason = text('explanation', row);
    var sheet = text('sheet', row), label = text('label', row), at = text('cell', row);
    var place = [one.city === words.no_city ? '' : one.city, one.county].join(' ');
    return make('tr', { 'data-row': row, 'class': 'is-' + text('level', row) }, [
      make('td', { 'class': 'tick no-print' }, [make('label', {}, [box])]),
      cell('level', 'level', [badge(text('level', row)),
        kinds[text('code', row)] ? make('small', { 'class': 'kind' }, [kinds[text('code', row)]]) : null,
        make('code', { 'class': kinds[text('code', row)] ? 'rule' : '' }, breakable(text('code', row), wanted))]),
      cell('submission', 'who', [
        make('a', { href: link({ submission: one.id }) }, marked(one.name, wanted)),
        place.trim() ? make('small', {}, marked(place.trim(), wanted)) : null
      ]),
      cell('where', 'where', [
        make('span', {}, sheet ? marked(sheet, wanted) : [word('whole_file')]),
        at ? make('code', { 'class': 'cell' }, marked(at, wanted)) : null
      ]),
      cell('label_value', 'what', [
        label ? prose('span', 'label', label, wanted, whole) : null,
        value ? prose('span', 'value', value, wanted, whole) : null
      ]),
      cell('message', 'message', [
        prose('p', 'message', text('message', row), wanted, whole),
        mend ? prose('p', 'mend', mend, wanted, whole) : null,
        reason ? make('p', { 'class': 'reason' }, [make('b', {}, [word('reason')]),
          prose('span', '', reason, wanted, whole)]) : null,
        has(data.proofs, row) ? proof(data.proofs[row][0], data.proofs[row][1]) : null
      ])
    ]);
  }

  function headOf() {
    var box = make('input', { type: 'checkbox', 'aria-label': word('tick_page'), title: word('tick_page') });
    box.onclick = function () {
      each(pageRows(), function (row) { setTick(row, box.checked); });
      render();
    };
    box.checked = pageRows().length > 0 && pageRows().every(function (row) { return ticked[row]; });
    var cells = [make('th', { 'class': 'tick no-print', scope: 'col' }, [make('label', {}, [box])])];
    each(['level', 'submission', 'where', 'label_value', 'message'], function (name) {
      cells.push(sortHead(name, 'sort', name));
    });
    return make('thead', {}, [make('tr', {}, cells)]);
  }

  // A column head that sorts: up, down, as it was.
  function sortHead(name, key, label) {
    var now = state[key] === name ? 'ascending' : state[key] === '-' + name ? 'descending' : 'none';
    var button = make('button', { type: 'button' }, [word(label)]);
    button.onclick = function () {
      change(key, now === 'none' ? name : now === 'ascending' ? '-' + name : '');
    };
    return make('th', { scope: 'col', 'aria-sort': now, 'class': 'sorts ' + name },
      [make('span', {}, [word(label)]), button]);
  }

  function size() {
    return Number(state.size);
  }

  function pages() {
    return Math.max(1, Math.ceil(found.length / size()));
  }

  function pageRows() {
    var from = (Number(state.page) - 1) * size();
    return found.slice(from, from + size());
  }

  function table(rows, whole) {
    var body = make('tbody', {}), wanted = terms();
    each(rows, function (row) { body.appendChild(rowOf(row, wanted, whole)); });
    return make('table', { 'class': 'problems' }, [headOf(), body]);
  }

  function render() {
    var list = byId('list');
    if (!list) return;
    empty(list).appendChild(found.length ? table(pageRows(), false)
      : make('p', { 'class': 'nothing' }, [word('nothing_found')]));
    renderCounts();
    renderPager();
  }

  function renderCounts() {
    var first = (Number(state.page) - 1) * size();
    var filtered = filters().length > 0;
    empty(byId('found')).appendChild(make('b', {}, [filtered ? say('found', total, found.length)
      : say('found_all', total)]));
    if (found.length) {
      byId('found').appendChild(make('span', {}, [say('shown_rows', first + 1,
        Math.min(first + size(), found.length))]));
    }
    empty(byId('copy')).appendChild(document.createTextNode(
      tickedCount ? say('copy_ticked', tickedCount) : say('copy', found.length)));
    byId('copy').disabled = !tickedCount && !found.length;
    byId('print-these').disabled = !tickedCount && !found.length;
    show(byId('clear'), filtered);
    show(byId('untick'), tickedCount > 0);
  }

  function renderPager() {
    var pager = empty(byId('pager')), now = Number(state.page);
    var choose = make('select', { 'aria-label': word('per_page') });
    each(SIZES, function (count) {
      var option = make('option', { value: count }, [String(count)]);
      option.selected = count === size();
      choose.appendChild(option);
    });
    choose.onchange = function () { change('size', choose.value); };
    function turn(label, to) {
      var button = make('button', { type: 'button' }, [word(label)]);
      button.disabled = to < 1 || to > pages();
      button.onclick = function () {
        change('page', String(to));
        scrollTo('problems');
      };
      return button;
    }
    if (pages() > 1) {
      pager.appendChild(turn('previous', now - 1));
      pager.appendChild(make('span', {}, [say('page', now, pages())]));
      pager.appendChild(turn('next', now + 1));
    }
    if (found.length > SIZES[0]) pager.appendChild(make('label', {}, [word('per_page') + ' ', choose]));
  }

  // --- the choices ---------------------------------------------------------------------------

  function filters() {
    return FACETS.concat(['q']).filter(function (name) { return state[name]; });
  }

  function nameOf(facet, value) {
    if (facet !== 'submission') return value === '' ? word('whole_file') : word(value);
    var one = has(byKey, '$' + value) ? submissions[byKey['$' + value]] : null;
    return one ? one.name + (one.name === one.file ? '' : ' · ' + value) : value;
  }

  var byKey = {}; // a submission's id -> its place
  each(submissions, function (one, at) { byKey['$' + one.id] = at; });

  function renderFacets() {
    each(FACETS, function (name) {
      var select = byId('facet-' + name), facet = facets[name], sum = 0;
      if (!select) return;
      empty(select);
      each(facet.counts, function (count) { sum += count; });
      select.appendChild(make('option', { value: '' }, [say('all_of', sum)]));
      each(order(name), function (number) {
        var value = facet.values[number], count = facet.counts[number];
        if (value === '' || (!count && value !== state[name])) return;
        select.appendChild(make('option', { value: value }, [say('option', nameOf(name, value), count)]));
      });
      if (state[name] && facet.numbers['$' + state[name]] === undefined) {
        select.appendChild(make('option', { value: state[name] }, [say('option', nameOf(name, state[name]), 0)]));
      }
      select.value = state[name];
      select.className = state[name] ? 'on' : '';
    });
    renderLevels();
  }

  // Codes and cities with most problems first; the rest as they come.
  function order(name) {
    var facet = facets[name];
    var numbers = facet.values.map(function (_, number) { return number; });
    if (name === 'code' || name === 'city') {
      numbers.sort(function (a, b) {
        return facet.counts[b] - facet.counts[a] || compareTexts(facet.values[a], facet.values[b]);
      });
    }
    if (name === 'verdict') {
      numbers.sort(function (a, b) {
        return data.verdicts.indexOf(facet.values[a]) - data.verdicts.indexOf(facet.values[b]);
      });
    }
    return numbers;
  }

  function renderLevels() {
    var group = byId('levels'), sum = 0;
    if (!group) return;
    each(facets.level.counts, function (count) { sum += count; });
    empty(group);
    each([''].concat(data.levels), function (level) {
      var number = facets.level.numbers['$' + level];
      var count = level ? (number === undefined ? 0 : facets.level.counts[number]) : sum;
      var button = make('button', {
        type: 'button', 'aria-pressed': String(state.level === level), 'class': level || 'every',
        'data-level': level
      }, [make('span', {}, [level ? word(level) : word('all')]), make('b', {}, [String(count)])]);
      button.onclick = function () { change('level', level); };
      group.appendChild(button);
    });
  }

  // --- the submissions -----------------------------------------------------------------------

  var submissionRows = Array.prototype.slice.call(all('table.submissions tbody tr'));
  var submissionHeads = all('table.submissions th button[data-sort]');
  var VERDICT_RANK = {};
  each(data.verdicts, function (verdict, at) { VERDICT_RANK[verdict] = at; });

  // What a row of the submissions is sorted by: its verdict, or what its cell shows.
  function sortKey(row, name, column) {
    var one = submissions[Number(row.getAttribute('data-at'))];
    if (name === 'verdict') {
      return VERDICT_RANK[one.verdict] === undefined ? data.verdicts.length : VERDICT_RANK[one.verdict];
    }
    if (name === 'cluster') return one.name;
    if (name === 'place') return one.city + ' ' + one.county;
    return Number(row.cells[column].textContent);
  }

  var orderedRows = submissionRows, orderedBy = '', everySubmission = false;

  // Puts the rows into the order that was chosen; thousands of rows are moved for a reason only.
  function inOrder(name, sign, column) {
    if (state.order === orderedBy) return;
    orderedBy = state.order;
    var rows = submissionRows.map(function (row, at) {
      return { row: row, at: at, key: column < 0 ? at : sortKey(row, name, column) };
    });
    rows.sort(function (a, b) {
      return sign * compareTexts(a.key, b.key) || a.at - b.at;
    });
    orderedRows = rows.map(function (one) { return one.row; });
    each(orderedRows, function (row) { row.parentNode.appendChild(row); });
  }

  // How many of many show, and a button for the rest.
  function renderMore(shown, fitting) {
    var more = byId('submissions-more');
    if (!more) return;
    empty(more);
    show(more, shown < fitting);
    var button = make('button', { type: 'button' }, [say('show_all', fitting)]);
    button.onclick = function () {
      everySubmission = true;
      renderSubmissions();
    };
    more.appendChild(make('span', {}, [say('more_on_screen', shown, fitting) + ' ']));
    more.appendChild(button);
  }

  function renderSubmissions() {
    var fitting = 0, most = everySubmission ? submissionRows.length : MANY;
    var name = state.order.replace('-', ''), sign = state.order.charAt(0) === '-' ? -1 : 1, column = -1;
    each(submissionHeads, function (button, at) {
      var mine = button.getAttribute('data-sort');
      if (mine === name) column = at;
      button.parentNode.setAttribute('aria-sort', mine !== name ? 'none'
        : sign > 0 ? 'ascending' : 'descending');
    });
    inOrder(name, sign, column);
    each(orderedRows, function (row) {
      var one = submissions[Number(row.getAttribute('data-at'))];
      var fits = (!state.verdict || one.verdict === state.verdict)
        && (!state.city || one.city === state.city)
        && (!state.submission || one.id === state.submission);
      if (fits) fitting++;
      show(row, fits && fitting <= most);
    });
    renderMore(Math.min(fitting, most), fitting);
    var note = byId('submissions-note');
    empty(note);
    show(note, fitting < submissionRows.length);
    if (fitting < submissionRows.length) {
      var chosen = ['verdict', 'city', 'submission'].filter(function (facet) { return state[facet]; });
      note.appendChild(document.createTextNode(say('filtered', chosen.map(function (facet) {
        return nameOf(facet, state[facet]);
      }).join(words.chat_join)) + ' ' + say('of_all', fitting, submissionRows.length) + ' '));
      var button = make('button', { type: 'button', 'class': 'plain' }, [word('clear')]);
      button.onclick = clear;
      note.appendChild(button);
    }
  }

  // --- the state and the address -------------------------------------------------------------

  function serialised() {
    var parts = [], key;
    for (key in BLANK) {
      if (state[key] !== BLANK[key]) parts.push(key + '=' + encodeURIComponent(state[key]));
    }
    return parts.join('&');
  }

  function link(wanted) {
    var parts = [], key;
    for (key in wanted) parts.push(key + '=' + encodeURIComponent(wanted[key]));
    return '#' + parts.join('&');
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch (error) {
      return text; // a % that somebody typed
    }
  }

  function readHash() {
    var read = copyOf(BLANK), hash = location.href.split('#').slice(1).join('#');
    each(hash.split('&'), function (part) {
      var at = part.indexOf('='), key = part.slice(0, at);
      if (at > 0 && has(BLANK, key)) read[key] = decoded(part.slice(at + 1));
    });
    if (SIZES.indexOf(Number(read.size)) < 0) read.size = BLANK.size;
    if (!/^[1-9]\d{0,6}$/.test(read.page)) read.page = '1';
    return read;
  }

  function writeHash() {
    var now = serialised();
    if (now === location.href.split('#').slice(1).join('#')) return;
    // Not pushed: the way back leads to the page before, not through every letter of a search.
    location.replace('#' + (now || 'all'));
  }

  function refresh() {
    find();
    if (Number(state.page) > pages()) state.page = String(pages());
    render();
    renderFacets();
    renderSubmissions();
    if (byId('q') && byId('q').value !== state.q) byId('q').value = state.q;
  }

  function change(key, value) {
    if (state[key] === value) return;
    state[key] = value;
    if (key !== 'page' && key !== 'order') state.page = '1';
    refresh();
    writeHash();
  }

  function clear() {
    each(FACETS.concat(['q']), function (name) { state[name] = ''; });
    state.page = '1';
    refresh();
    writeHash();
  }

  // --- copying -------------------------------------------------------------------------------

  function tick(row, on) {
    setTick(row, on);
    renderCounts();
  }

  function setTick(row, on) {
    if (Boolean(ticked[row]) === on) return;
    tickedCount += on ? 1 : -1;
    if (on) ticked[row] = true;
    else delete ticked[row];
  }

  function chosenRows() {
    if (!tickedCount) return found;
    return Object.keys(ticked).map(Number).sort(function (a, b) { return a - b; });
  }

  // The problems as one would write them to somebody: by submission, numbered.
  function chatText(rows) {
    var groups = {}, ids = [];
    each(rows, function (row) {
      var at = columns.submission[row];
      if (!groups[at]) {
        groups[at] = [];
        ids.push(at);
      }
      groups[at].push(row);
    });
    return ids.map(function (at) {
      var mine = groups[at];
      var counts = data.levels.map(function (level) {
        return { level: level, count: mine.filter(function (row) { return text('level', row) === level; }).length };
      }).filter(function (one) { return one.count; });
      var lines = [say('chat_head', submissions[at].name, mine.length, counts.map(function (one) {
        return say('chat_count', word(one.level), one.count);
      }).join(words.chat_join)), say('chat_file', submissions[at].file)];
      each(mine, function (row, n) {
        var place = [text('sheet', row) || word('whole_file'), text('cell', row)].join(' ').trim();
        lines.push(say('chat_line', n + 1, word(text('level', row)), place,
          text('message', row) + text('how_to_mend', row)));
      });
      return lines.join('\n');
    }).join('\n\n');
  }

  function copy(content) {
    var area = make('textarea', { 'class': 'copied', readonly: 'readonly' });
    area.value = content;
    document.body.appendChild(area);
    area.select();
    area.setSelectionRange(0, content.length);
    var done = false;
    try {
      done = document.execCommand('copy');
    } catch (error) {
      done = false;
    }
    document.body.removeChild(area);
    return done;
  }

  function tell(message, content) {
    var told = empty(byId('told'));
    told.appendChild(make('p', {}, [message]));
    if (content === undefined) return;
    var area = make('textarea', { readonly: 'readonly', rows: '8' });
    var button = make('button', { type: 'button', 'class': 'plain' }, [word('close')]);
    area.value = content;
    button.onclick = function () { empty(told); };
    told.appendChild(area);
    told.appendChild(button);
    area.focus();
    area.select();
  }

  function copyChosen() {
    var rows = chosenRows(), content = chatText(rows);
    if (copy(content)) tell(say('copied', rows.length));
    else tell(word('copy_by_hand'), content);
  }

  // --- printing ------------------------------------------------------------------------------

  var printing = null; // 'all' | 'these' while something prints

  function beforePrint() {
    if (!byId('list') || !found.length) return;
    var these = printing === 'these';
    var rows = these ? chosenRows() : found.length <= PRINT_ALL ? found : pageRows();
    empty(byId('list')).appendChild(table(rows, true));
    printNote(these, rows.length);
  }

  // What is on the paper: in which selection, and that it is not all of it.
  function printNote(these, count) {
    var note = empty(byId('print-note')), first = (Number(state.page) - 1) * size(), parts = [];
    if (these) parts.push(data.title);
    if (filters().length && !(these && tickedCount)) {
      parts.push(say('filtered', filters().map(function (name) {
        return name === 'q' ? state.q : nameOf(name, state[name]);
      }).join(words.chat_join)));
    }
    if (these) parts.push(say('found_all', count));
    else if (count < found.length) {
      parts.push(say('printed_part', first + 1, first + count, found.length));
    }
    note.appendChild(document.createTextNode(parts.join(' · ')));
  }

  function afterPrint() {
    document.documentElement.className = 'js';
    printing = null;
    if (byId('print-note')) empty(byId('print-note'));
    render();
  }

  function printThese() {
    printing = 'these';
    document.documentElement.className = 'js only-problems';
    window.print();
  }

  // --- to work -------------------------------------------------------------------------------

  function listen() {
    var composing = false, timer = 0, input = byId('q');
    function search() {
      clearTimeout(timer);
      timer = setTimeout(function () { if (!composing) change('q', input.value); }, 120);
    }
    if (input) {
      // Letters on their way to becoming Chinese are not searched for.
      input.addEventListener('compositionstart', function () { composing = true; });
      input.addEventListener('compositionend', function () { composing = false; search(); });
      input.addEventListener('input', search);
      each(FACETS, function (name) {
        var select = byId('facet-' + name);
        if (select) select.onchange = function () { change(name, select.value); };
      });
      byId('clear').onclick = clear;
      byId('untick').onclick = function () {
        ticked = {};
        tickedCount = 0;
        render();
      };
      byId('copy').onclick = copyChosen;
      byId('print-these').onclick = printThese;
    }
    byId('print').onclick = function () { window.print(); };
    each(submissionHeads, function (button) {
      button.onclick = function () {
        var name = button.getAttribute('data-sort');
        change('order', state.order === name ? '-' + name : state.order === '-' + name ? '' : name);
      };
    });
    each(all('nav a'), function (anchor) {
      // To a section without losing the filters that stand in the address.
      anchor.onclick = function () {
        scrollTo(anchor.getAttribute('href').slice(1));
        return false;
      };
    });
    each(all('.long'), function (long) {
      var plain = long.className;
      long.className = plain + ' folded';
      all('.show-all', long)[0].onclick = function () { long.className = plain + ' whole'; };
    });
    window.addEventListener('hashchange', function () {
      var read = readHash(), before = serialised();
      var now = state;
      state = read;
      if (serialised() === before) {
        state = now;
        return;
      }
      refresh();
      // A link to some verdict or city speaks of submissions, any other of problems.
      var aim = (read.verdict || read.city) && !read.submission && !read.q && !read.code
        && !read.level && !read.sheet ? 'submissions' : 'problems';
      if (filters().length) scrollTo(aim);
    });
    if ('onbeforeprint' in window) {
      window.addEventListener('beforeprint', beforePrint);
      window.addEventListener('afterprint', afterPrint);
    } else if (window.matchMedia) {
      window.matchMedia('print').addListener(function (query) {
        if (query.matches) beforePrint();
        else afterPrint();
      });
    }
  }

  state = readHash();
  document.documentElement.className = 'js';
  listen();
  refresh();
  document.documentElement.setAttribute('data-ready', '1');
})();
