import './style.css';
import theme from 'vitepress/theme-without-fonts';

// As VitePress asks for it.
export { theme as default };
