import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Clear water: the accent colour of the product. Shade 7 has a contrast of 5.6:1 with white text. */
const lagoon: MantineColorsTuple = [
  '#e9f7f9',
  '#d3ecf0',
  '#a5d9e1',
  '#74c4d1',
  '#4bb2c3',
  '#2a9fb2',
  '#15899c',
  '#0c7285',
  '#0a5f70',
  '#064c5a',
];

/** Cool neutrals; Mantine uses this scale for dark surfaces, borders and texts. */
const dark: MantineColorsTuple = [
  '#dfe4e8',
  '#b4bcc4',
  '#98a2ab',
  '#6d7780',
  '#3a4249',
  '#2a3137',
  '#1d2226',
  '#15191c',
  '#101315',
  '#0b0d0f',
];

/**
 * For deletion and errors. Shade 7, used for filled buttons, has a contrast of 5.6:1 with white text; 8 is its hover
 * colour.
 */
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#f76a6a',
  '#e5484d',
  '#c92a2a',
  '#ae2222',
  '#8f1d1d',
];

const gray: MantineColorsTuple = [
  '#f7f8f9',
  '#f1f3f5',
  '#e6e9ec',
  '#d9dde2',
  '#c3c9d0',
  '#a3abb4',
  '#747d88',
  '#59626d',
  '#363d46',
  '#1a1e23',
];

/**
 * Mantine's light alerts are a block of colour in the dark scheme, and the title of yellow ones is unreadable. Instead,
 * this uses a soft background with a coloured line, and a title that reaches 4.5:1 in both schemes.
 */
function softAlert(
  _: unknown,
  { color = 'lagoon', variant = 'light' }: { color?: string; variant?: string },
) {
  if (variant !== 'light') return { root: {} };
  const shade = (number: number) => `var(--mantine-color-${color}-${number})`;
  // Yellow and orange are too bright for text on white, even in their darkest shade.
  const title = /^(yellow|orange)$/.test(color) ? '#8a4b00' : shade(9);
  return {
    root: {
      '--alert-bg': `color-mix(in srgb, ${shade(6)} 10%, var(--pl-surface))`,
      '--alert-bd': `1px solid color-mix(in srgb, ${shade(6)} 35%, var(--pl-surface))`,
      '--alert-color': `light-dark(${title}, ${shade(3)})`,
    },
  };
}

/** The look of the whole product: dense, quiet surfaces, one accent. */
export const theme = createTheme({
  primaryColor: 'lagoon',
  primaryShade: 7,
  colors: { lagoon, dark, gray, red },
  fontFamily: "'Inter Variable', Inter, system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, monospace",
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '14px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  components: {
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', comboboxProps: { shadow: 'md' } } },
    // A menu may not contain the placeholder element.
    Menu: { defaultProps: { shadow: 'md', radius: 'md', withInitialFocusPlaceholder: false } },
    Popover: { defaultProps: { shadow: 'lg', radius: 'md' } },
    Tooltip: { defaultProps: { openDelay: 350, fz: 'xs' } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.35, blur: 2 } } },
    Drawer: { defaultProps: { overlayProps: { backgroundOpacity: 0.3 } } },
    Alert: { vars: softAlert },
    Badge: { defaultProps: { radius: 'sm', tt: 'none', fw: 500 } },
  },
});

/** Mantine's own dimmed and placeholder greys do not reach 4.5:1; these do on every surface used. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': '#1a1e23',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#59626d',
    '--mantine-color-placeholder': '#67707b',
    '--mantine-color-default-border': '#d9dde2',
    // Values that cannot be changed must still be readable.
    '--mantine-color-disabled-color': '#67707b',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-anchor': '#0a5f70',
  },
  dark: {
    '--mantine-color-text': '#e6eaed',
    '--mantine-color-body': '#15191c',
    '--mantine-color-dimmed': '#a2abb4',
    '--mantine-color-placeholder': '#8f99a3',
    '--mantine-color-default-border': '#2f363c',
    '--mantine-color-disabled-color': '#8f99a3',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#74c4d1',
    '--mantine-color-gray-light-color': '#c5ccd3',
    '--mantine-color-gray-outline': '#c5ccd3',
  },
});
