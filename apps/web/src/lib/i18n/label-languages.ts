/** Languages besides English in which labels can be given. */
export const OTHER_LANGUAGES = ['de'] as const;
