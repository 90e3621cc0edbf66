// Arrow keys, space and swipes turn the slides; "?" lists all keys, F fills the screen, and ?print-pdf prints them.
Reveal.initialize({hash: true, width: 1120, height: 700, margin: 0.06, transition: "none", controlsTutorial: false});
