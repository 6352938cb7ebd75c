// Package web is the console: the Vue sources, built by Vite into dist, and the few lines
// that put the result into the program. It has no Go logic. A checkout without a built
// console compiles too, because dist always holds a .gitkeep.
package web
