import { readdirSync } from 'node:fs';

/** Paths below `root`, in the named folders, that end in `suffix`; sorted. Node 20 has no glob of its own. */
export function globSync(root, folders, suffix) {
  return folders
    .flatMap((folder) =>
      readdirSync(root + folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(suffix) && !entry.parentPath.includes('node_modules'))
        .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length)),
    )
    .sort();
}
