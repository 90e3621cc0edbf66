// Arrow keys, space and swipes turn the slides; "?" lists all keys, F fills the screen, and ?print-pdf prints them.
// On a phone held upright the slides are narrow and lie one below the other, in letters that can be read.
const upright = innerHeight > innerWidth;
const size = upright ? {width: 720, height: 900} : {width: 1120, height: 700};
Reveal.initialize({hash: true, ...size, margin: 0.06, transition: "none", controlsTutorial: false});
