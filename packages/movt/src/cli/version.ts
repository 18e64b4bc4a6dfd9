import manifest from '../../package.json' with { type: 'json' };

/** Of the package `movt`. */
export const VERSION = manifest.version;
