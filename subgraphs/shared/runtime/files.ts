import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The absolute path of a file of the project, from sources and from the build alike: `projectFile('schema/supergraph.graphql')`. */
export function projectFile(relative: string): string {
  return join(root(), relative);
}

let found: string | null = null;

function root(): string {
  let folder = __dirname;
  while (!found) {
    if (existsSync(join(folder, 'package.json'))) found = folder;
    else if (dirname(folder) === folder)
      throw new Error(`Expected package.json above ${__dirname}, found none; keep the build inside the project.`);
    else folder = dirname(folder);
  }
  return found;
}
