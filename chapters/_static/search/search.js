// The page of the search. Records are sections, entries of the glossary, mistakes and sources (records.js); MiniSearch
// says how well each word fits each of them. On top of that: words that mean the same, expressions as they are typed,
// more for a record and a page that know all the words, and no page that takes all the first places.
"use strict";

{
  const {names, words, stem, tight, expressions, isEmpty, groups} = window.searchLanguage;
  const BOOST = {title: 2, page: 0.5, words: 1, code: 0.8};
  const KIND = {page: 1.1, section: 1, entry: 0.6, mistake: 0.8, source: 0};
  const [GALLERY, EXERCISE, REFERENCE] = [0.6, 0.4, 0.7];
  const IS_REFERENCE = /\/(?:api|for_instructors|with_jupyterhub|threat_model)\.html$/;
  const [NAME_IN_CODE, OTHER_WORD, PARTS, ONE_PART] = [4, 0.6, 0.8, 0.3];
  const WHOLE_PAGE = 0.5;
  const NEXT = 0.85;
  const WHOLE_PHRASE = 1.3;
  const KNOWN = 2;
  const AGAIN = 0.35;
  const [MOST, SNIPPET] = [30, 180];
  const IN_A_WORD = /[\p{L}\p{N}_]/u;
  const SOURCES = ["minisearch.js", "records.js"].map(name => new URL(name, document.currentScript.src).href);

  let records, index;

  const prepare = () => {
    records = window.searchRecords.flatMap(({page, title, records}) => {
      const kinds = new Set(records.map(({kind}) => kind));
      const place = kinds.has("source") ? 0
        : kinds.has("mistake") ? GALLERY
        : page.startsWith("exercises/") ? EXERCISE
        : IS_REFERENCE.test(page) ? REFERENCE : 1;
      return records.map(record => ({
        ...record,
        page: title,
        file: page,
        address: record.place ? `${page}#${record.place}` : page,
        weight: place * KIND[record.kind],
        tight: tight(`${record.title}\n${record.words}\n${record.code}`),
      }));
    });
    index = new MiniSearch({fields: Object.keys(BOOST), tokenize: words, processTerm: stem});
    index.addAll(records.map((record, id) => ({...record, id})));
  };

  /** How well some words, which must all be there, fit the records: a map from numbers of records. */
  const fit = (wanted, {loose = false} = {}) => new Map(index.search(wanted.join(" "), {
    boost: BOOST,
    combineWith: "AND",
    tokenize: text => text.split(" "),
    prefix: word => loose && word.length > 3,
    fuzzy: word => loose && word.length > 5 && 0.2,
    weights: {prefix: 0.5, fuzzy: 0.2},
  }).map(({id, score}) => [id, score / wanted.length]));

  const fitExpression = text => {
    const wanted = tight(text);
    const before = IN_A_WORD.test(wanted[0]) ? `(?<!${IN_A_WORD.source})` : "";
    const after = IN_A_WORD.test(wanted.at(-1)) ? `(?!${IN_A_WORD.source})` : "";
    const place = new RegExp(before + wanted.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&") + after, "gu");
    const found = new Map();
    records.forEach((record, id) => {
      const times = record.tight.match(place)?.length;
      if (times) found.set(id, (tight(record.title).match(place) ? 14 : 6) + 3 * Math.log2(1 + times));
    });
    return found;
  };

  const better = (all, more, weight) => {
    for (const [id, score] of more) all.set(id, Math.max(all.get(id) ?? 0, weight * score));
  };

  /** One name of a query and the records that it fits: whole, in another form of the word, or by its parts. */
  const askName = name => {
    const [whole, ...parts] = words(name).reverse();
    const found = fit([whole]);
    better(found, fit([whole], {loose: true}), found.size ? OTHER_WORD : 1);
    if (/_|\p{Ll}\p{Lu}/u.test(name)) better(found, fit([whole]), NAME_IN_CODE);
    if (parts.length) better(found, fit(parts), PARTS);
    for (const part of parts) better(found, fit([part]), ONE_PART);
    return {text: name, stems: words(name).map(stem), found};
  };

  /** An expression of a query and the records that it fits: as it is, or less well by the names in it. */
  const askExpression = text => {
    const found = fitExpression(text);
    const inside = names(text).filter(name => name.length > 3 && !isEmpty(name));
    if (found.size) for (const name of inside) better(found, askName(name).found, OTHER_WORD);
    return {text, stems: inside.flatMap(words).map(stem), found};
  };

  /** What is asked for: the expressions and names of a query, each with the records that it, or its like, fits. */
  const ask = query => {
    const typed = expressions(query).map(askExpression);
    const asked = typed.filter(({found}) => found.size);
    const all = [...new Set(names(asked.reduce((rest, {text}) => rest.replace(text, " "), query)))];
    const full = all.filter(name => !isEmpty(name));
    asked.push(...(full.length || asked.length ? full : all).map(askName));
    for (const [i, {text}] of asked.entries()) {
      const next = asked[i + 1];
      if (!next) break;
      const joined = fit(words(text + next.text).slice(-1));
      for (const part of [asked[i], next]) better(part.found, joined, 1);
    }
    addLike(query, asked);
    return asked;
  };

  const addLike = (query, asked) => {
    const said = ` ${words(query).map(stem).join(" ")} `;
    for (const group of groups) {
      for (const phrase of group) {
        const {isExpression, stems} = phrase;
        const isSaid = isExpression ? tight(query).includes(tight(phrase.text)) : said.includes(` ${stems.join(" ")} `);
        if (!isSaid) continue;
        const meant = asked.filter(part => tight(part.text) === tight(phrase.text)
          || part.stems.some(name => stems.includes(name)));
        for (const other of group) {
          if (other === phrase) continue;
          const found = other.isExpression ? fitExpression(other.text) : fit(other.words);
          for (const part of meant) better(part.found, found, OTHER_WORD);
        }
      }
    }
  };

  /** For each page how well it fits: each record counts a little less than the one before, each missing word costs. */
  const fitPages = asked => {
    const pages = new Map();
    for (const {found} of asked) {
      const scores = new Map();
      for (const [id, score] of found) {
        const {file, kind} = records[id];
        scores.set(file, [...scores.get(file) ?? [], KIND[kind] * score]);
      }
      for (const [file, all] of scores) {
        const best = all.sort((a, b) => b - a);
        const page = pages.get(file) ?? {score: 0, known: 0};
        page.score += best.reduce((sum, score, i) => sum + score * NEXT ** i, 0);
        page.known += 1 / asked.length;
        pages.set(file, page);
      }
    }
    return new Map([...pages].map(([file, {score, known}]) => [file, score * known ** KNOWN]));
  };

  /** How much some words tell: the fewer records have one, the more. */
  const telling = asked => asked.reduce((sum, {found}) => sum + Math.log(1 + records.length / found.size), 0);

  const search = query => {
    const asked = ask(query);
    const pages = fitPages(asked);
    const ids = new Set(asked.flatMap(({found}) => [...found.keys()]));
    const ranked = [...ids].map(id => {
      const record = records[id];
      const fits = asked.filter(({found}) => found.has(id));
      const own = fits.reduce((sum, {found}) => sum + found.get(id), 0) * (telling(fits) / telling(asked)) ** KNOWN;
      const phrase = asked.length > 1 && record.tight.includes(tight(query)) ? WHOLE_PHRASE : 1;
      return {record, score: (own * phrase + WHOLE_PAGE * pages.get(record.file)) * record.weight};
    });
    const byScore = (a, b) => b.score - a.score || a.record.address.localeCompare(b.record.address);
    const times = new Map();
    for (const result of ranked.sort(byScore)) {
      const before = times.get(result.record.file) ?? 0;
      result.score *= AGAIN ** before;
      times.set(result.record.file, before + 1);
    }
    const stems = new Set(asked.flatMap(({stems}) => stems));
    return ranked.sort(byScore).slice(0, MOST).map(({record}) => ({record, stems}));
  };

  const make = (tag, properties, ...content) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...content);
    return element;
  };

  /** The piece of a record's text, or else of its code, that holds most of the words, with these marked. */
  const snippet = ({title, words: read, code}, stems) => {
    const isAsked = name => words(name).some(word => stems.has(stem(word)));
    const hitsOf = text => [...text.matchAll(/[\p{L}\p{N}_]+/gu)].filter(([name]) => isAsked(name));
    const below = read.startsWith(title) ? read.slice(title.length).trim() : read;
    const text = [below, code].find(text => hitsOf(text).length) ?? (below || code);
    const hits = hitsOf(text);
    const within = from => hits.filter(({index}) => index >= from && index < from + SNIPPET);
    const different = from => new Set(within(from).map(([name]) => stem(name.toLowerCase()))).size;
    const best = hits.reduce((best, {index}) => different(index) > different(best) ? index : best, hits[0]?.index ?? 0);
    const from = best < 60 ? 0 : text.lastIndexOf(" ", best - 40) + 1;
    const to = from + SNIPPET < text.length ? text.lastIndexOf(" ", from + SNIPPET) : text.length;
    const shown = make("p", {className: "context"}, from ? "… " : "");
    let last = from;
    for (const {0: name, index} of within(from)) {
      if (index + name.length > to) break;
      shown.append(text.slice(last, index), make("mark", {}, name));
      last = index + name.length;
    }
    shown.append(text.slice(last, to), to < text.length ? " …" : "");
    return shown;
  };

  const item = ({record, stems}) => {
    const link = make("a", {href: record.address}, record.title);
    const where = record.kind === "page" ? "" : make("span", {className: "where"}, record.page);
    return make("li", {}, link, where, snippet(record, stems));
  };

  const show = query => {
    const found = search(query);
    const pages = new Set(found.map(({record}) => record.file)).size;
    const line = found.length
      ? `For “${query}” the search found ${pages} page${pages === 1 ? "" : "s"}, best first.`
      : `“${query}” did not match anything in this book. Are all words spelled right? Fewer words find more.`;
    return [make("p", {role: "status"}, line), make("ul", {className: "search"}, ...found.map(item))];
  };

  const input = document.querySelector(".bd-search-container input");
  const answer = () => {
    const query = input.value.trim();
    document.querySelector("#search-results").replaceChildren(...(query ? show(query) : []));
  };

  /** Load what is searched when it is needed first: an empty page does not wait for the words of the book. */
  const load = src => new Promise((done, failed) => {
    document.head.append(make("script", {src, onload: done, onerror: failed}));
  });
  let loading;
  const whenReady = () => loading ??= Promise.all(SOURCES.map(load)).then(prepare);
  const answerWhenReady = () => index ? answer() : whenReady().then(answer);

  input.value = new URLSearchParams(location.search).get("q") ?? "";
  input.addEventListener("focus", whenReady);
  input.addEventListener("input", answerWhenReady);
  if (input.value.trim()) answerWhenReady();
}
