import DefaultTheme from 'vitepress/theme';
import '../../site/theme.css';

export default DefaultTheme;
