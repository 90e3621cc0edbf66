// What a reader wrote, kept in this browser: for one site and page. Where nothing can be kept, it lives for the visit.

export class Store {
  constructor(page) {
    this.start = `in-page:${new URL(window.inPage.root, location).pathname}:${page}:`;
    this.visit = new Map();
    this.lasting = true;
    try {
      localStorage.setItem(`${this.start}?`, "");
      localStorage.removeItem(`${this.start}?`);
    } catch {
      this.lasting = false;
    }
  }

  get(name) {
    if (this.visit.has(name)) return this.visit.get(name);
    try {
      return localStorage.getItem(this.start + name);
    } catch {
      return null;
    }
  }

  set(name, text) {
    try {
      localStorage.setItem(this.start + name, text);
      this.visit.delete(name);
      this.lasting = this.visit.size === 0;
    } catch {
      this.visit.set(name, text);
      this.lasting = false;
    }
  }

  remove(name) {
    this.visit.delete(name);
    try {
      localStorage.removeItem(this.start + name);
    } catch { /* nothing was kept */ }
  }

  forget() {
    this.visit.clear();
    try {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith(this.start)) localStorage.removeItem(name);
      }
    } catch { /* nothing was kept */ }
  }
}
