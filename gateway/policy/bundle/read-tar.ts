// The regular files of a tar archive, each by its path; anything but files and folders is refused.
import { BundleRefused } from './bundle-refused.ts';
import { normalizePath, quotePath } from './file-path.ts';
import { type Extension, readLongName, readPaxRecords } from './tar-extension.ts';
import { BLOCK, damaged, parseHeader } from './tar-header.ts';

const FILES_AT_MOST = 10_000;
const EXTENSION_BYTES_AT_MOST = 1024 * 1024;

/** The files are views of the archive's own bytes. */
export function readTar(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let extension: Extension = {};
  let at = 0;
  for (let entries = 0; ; entries += 1) {
    if (at + BLOCK > archive.length) throw damaged('it ends without its end marker');
    const header = parseHeader(archive.subarray(at, at + BLOCK));
    at += BLOCK;
    if (header === undefined) break;
    if (entries > FILES_AT_MOST) throw tooManyFiles();
    const size = extension.size ?? header.size;
    if (at + size > archive.length) throw damaged('a file is longer than what is there');
    const content = archive.subarray(at, at + size);
    at += Math.ceil(size / BLOCK) * BLOCK;

    switch (header.type) {
      case 'x':
        extension = { ...extension, ...readPaxRecords(limited(content)) };
        continue;
      case 'L':
        extension = { ...extension, ...readLongName(limited(content)) };
        continue;
      case 'g':
        refuseGlobalName(readPaxRecords(limited(content)));
        continue;
      case '0':
      case '\0':
        addFile(files, extension.name ?? header.name, content);
        break;
      case '5':
        break;
      default:
        throw new BundleRefused(
          'archive_entry_refused',
          `${quotePath(extension.name ?? header.name)} is a link or a device (type ${quotePath(header.type)}); a bundle has plain files alone: pack them with \`opa build\` or \`tar --dereference\``,
        );
    }
    extension = {};
  }
  if (Object.keys(extension).length > 0) throw damaged('it ends between a name and its file');
  // What pads an archive to whole records is zeros; anything else was hidden there.
  if (archive.subarray(at).some((byte) => byte !== 0)) throw damaged('there is something behind its end');
  return files;
}

function addFile(files: Map<string, Buffer>, written: string, content: Buffer): void {
  const path = normalizePath(written);
  if (files.has(path)) {
    throw new BundleRefused(
      'file_twice',
      `the file ${quotePath(path)} is in the bundle twice; pack it once, for readers differ in which one counts`,
    );
  }
  files.set(path, content);
}

function limited(content: Buffer): Buffer {
  if (content.length > EXTENSION_BYTES_AT_MOST) throw damaged('a header extension is too long');
  return content;
}

/** `git archive` writes a comment here; a name for all files would make no sense. */
function refuseGlobalName(extension: Extension): void {
  if (Object.keys(extension).length > 0) throw damaged('one name or size is given to all files');
}

function tooManyFiles(): BundleRefused {
  return new BundleRefused(
    'too_many_files',
    `there are more than ${FILES_AT_MOST} files in the bundle; \`opa build\` merges data files into one`,
  );
}
