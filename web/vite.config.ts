import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: {
    // Neither we nor the libraries write components of that kind, and words are put together by i18n.ts.
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_DROP_MESSAGE_COMPILER__: true,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: 'es2022',
    // The policy of the pages forbids data: addresses.
    assetsInlineLimit: 0,
    // Asked for by the page that needs them; preloading adds a style attribute nowhere but costs code.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The charts are one chunk, asked for by the pages that draw.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // How long each plugin took is not for those who build.
      checks: { pluginTimings: false },
      output: {
        codeSplitting: {
          groups: [
            { name: 'vue', test: /node_modules\/(@vue|vue|vue-router|vue-i18n|@intlify)\// },
            // A page without a table does without what only tables need.
            { name: 'table', test: /src\/ui\/(DataTable|ColumnEdge|useWidths|widths|usePages|Foot)\b/, includeDependenciesRecursively: false },
            // What several pages show is one file: one request instead of thirty.
            { name: 'shared', test: /src\/(ui|frame|api)\/|@element-plus\/icons-vue/, minShareCount: 3, includeDependenciesRecursively: false },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/readyz': 'http://127.0.0.1:8080' } },
});
