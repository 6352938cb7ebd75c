import vue from 'eslint-plugin-vue';
import ts from 'typescript-eslint';

const kit = { group: ['@element-plus/*'], message: 'only src/ui knows where icons come from' };
const charts = { group: ['echarts', 'echarts/*'], message: 'only the views of figures draw charts: the library is larger than all the rest' };
const otherViews = { group: ['@/views/*', '../*'], message: 'a view never imports another view; what two need belongs in src/ui' };
const rooms = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.gen.ts', 'test/shots'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    rules: {
      'max-lines': ['error', 300],
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      // A style attribute in the page's text would be refused by the content policy; :style is fine.
      'vue/no-static-inline-styles': ['error', { allowBinding: true }],
      // How a tag is broken into lines is left to whoever writes it.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-indent': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/require-default-prop': 'off',
    },
  },
  { files: ['src/locales/**', 'test/**'], rules: { 'max-lines': 'off' } },
  { files: ['src/**'], rules: rooms(kit, charts) },
  { files: ['src/api/**'], rules: rooms(kit, charts, { group: ['@/*', '../*'], message: 'src/api imports nothing of ours' }) },
  { files: ['src/ui/**'], rules: rooms({ group: ['@/views/*', '@/frame/*', '../views/*', '../frame/*'], message: 'src/ui knows no page' }) },
  { files: ['src/views/**'], rules: rooms(kit, charts, otherViews) },
  { files: ['src/views/figures/**'], rules: rooms(kit, otherViews) },
  { files: ['test/**/*.js', '*.config.*'], languageOptions: { globals: { process: 'readonly', document: 'readonly', window: 'readonly', fetch: 'readonly', console: 'readonly', URL: 'readonly', navigator: 'readonly' } } },
);
