// Whoever came by "Print" or Ctrl+P wants the dialog; whoever opened the page may read it.

if (location.hash === "#print") window.print();
