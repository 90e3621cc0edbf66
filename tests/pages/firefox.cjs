// Opens pages of the site in Firefox, which Playwright knows only in a build of its own, and prints what was seen as JSON.
// Arguments: the program, and the address of the site. NODE_PATH says where puppeteer-core is.
const puppeteer = require("puppeteer-core");

const [executablePath, address] = process.argv.slice(2);
const PROBLEM_SET = "exercises/ps2_missing_sum/ps2_missing_sum.html";
const WAIT = { timeout: 120_000 };

async function open(browser, page, outside) {
  const opened = await browser.newPage();
  opened.on("request", (request) => {
    if (!request.url().startsWith(address) && !/^(data|blob|about):/.test(request.url())) outside.push(request.url());
  });
  await opened.goto(`${address}/${page}`);
  return opened;
}

async function main() {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true, protocolTimeout: 180_000 });
  const outside = [];
  try {
    const set = await open(browser, PROBLEM_SET, outside);
    const ran = await set.evaluate(async (cells) => {
      const began = performance.now(), seen = [];
      document.querySelector(".in-page button").click();
      while (!document.querySelector(".in-page-bar")) await new Promise((done) => setTimeout(done, 5));
      const { version } = await window.inPage.engine.start();
      let ready;
      for (const [source, seconds] of cells) {
        let shown = "";
        const output = (kind, text) => { shown += text; };
        seen.push({ ...await window.inPage.engine.run(source, { seconds, output }), shown });
        ready ??= performance.now() - began;
      }
      return { version, ready, seen };
    }, JSON.parse(require("node:fs").readFileSync(0, "utf8")));
    const gradients = await open(browser, "chapters/what_is_wrong.html", outside);
    await gradients.click("button[type=submit]");
    await gradients.waitForSelector(".answer .html", WAIT);
    const told = await gradients.$eval(".answer", (answer) => answer.textContent);
    console.log(JSON.stringify({ browser: await browser.version(), ...ran, told, outside }));
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
