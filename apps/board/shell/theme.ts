import { theme } from './settings.ts';

/**
 * Colours that people who see fewer of them tell apart (M. Okabe and K. Ito, Color Universal Design, 2008), without the
 * yellow on white and with a lighter blue on black. Dashes tell apart what has the same colour.
 */
const palettes = {
  light: ['#0072b2', '#d55e00', '#009e73', '#b5568f', '#56a0d3', '#b8860b', '#444444'],
  dark: ['#56b4e9', '#f08a4b', '#2fc79b', '#dd8fbd', '#8fc7f0', '#f0e442', '#cccccc'],
} as const;
const dashes = ['solid', 'dashed', 'dotted'] as const;

export const palette = (): readonly string[] => palettes[theme.value];
export const seriesColor = (i: number): string => palette()[i % palette().length];
export const seriesDash = (i: number): 'solid' | 'dashed' | 'dotted' =>
  dashes[Math.floor(i / palette().length) % dashes.length];

/** Colours of charts besides those of the curves; those of the page are in board.css. */
export const chartColors = () =>
  theme.value === 'dark'
    ? { text: '#d6dae0', faint: '#3a414b', surface: '#1d2229' }
    : { text: '#33383f', faint: '#dfe3e8', surface: '#ffffff' };
