// What is printed is compared as text: run from a terminal, the tests see what a pipe would get.
process.env["NO_COLOR"] = "1";
