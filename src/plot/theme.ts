/** Light for print and paper, dark for screens. */
export type ThemeName = 'light' | 'dark';

export interface Theme {
  readonly background: string;
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  /** Colours of curves; told apart by people who do not see some colours, too. */
  readonly series: readonly string[];
  readonly right: string;
  readonly wrong: string;
}

// Okabe and Ito, "Color universal design" (2008), https://jfly.uni-koeln.de/color/; black left out.
const blue = '#0072b2';
const orange = '#e69f00';
const green = '#009e73';
const vermilion = '#d55e00';
const purple = '#cc79a7';
const sky = '#56b4e9';
const yellow = '#f0e442';

const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: '#ffffff',
    text: '#1f2328',
    faint: '#59636e',
    grid: '#d8dee4',
    series: [blue, vermilion, green, purple, orange, sky, '#7f7f7f'],
    right: green,
    wrong: vermilion,
  },
  dark: {
    background: '#15191e',
    text: '#e6edf3',
    faint: '#9aa4af',
    grid: '#333b44',
    series: [sky, orange, '#2bc594', purple, yellow, '#f08a4b', '#b0b8c1'],
    right: '#2bc594',
    wrong: '#f08a4b',
  },
};

export const themeOf = (name: ThemeName): Theme => themes[name];

/** The font that ships with the package and has Chinese, and what a page may have instead. */
export const fontFamily = 'Noto Sans SC';
export const fontStack = `'${fontFamily}', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif`;
