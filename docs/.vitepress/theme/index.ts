import theme from 'vitepress/theme-without-fonts';
import './style.css';

// As VitePress asks for it.
export { theme as default };
