// Tests: test/cli/completion/shells.test.ts
/** The shells that have a script. */
export type Shell = "bash" | "zsh" | "fish";

/** Bash of 3.2 (macOS) and newer. It gets only what follows the last `=` or `:`, where these part words. */
const BASH = `# palisade completion for bash: eval "$(palisade completion bash)"
_palisade() {
  local line="\${COMP_LINE:0:COMP_POINT}" value rest path
  local -a words
  read -a words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  local current="\${words[\${#words[@]}-1]}"
  local last="\${current##*[=:]}"
  local before="\${current%"$last"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r value rest; do
    case "$value" in
      :none) ;;
      :files | :folders)
        compopt -o filenames 2>/dev/null
        [[ "$before" == *: ]] && continue
        while IFS= read -r path; do COMPREPLY+=("$path"); done \\
          < <(if [[ "$value" == :files ]]; then compgen -f -- "$last"; else compgen -d -- "$last"; fi)
        ;;
      *) COMPREPLY+=("\${value#"$before"}") ;;
    esac
  done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _palisade palisade
`;

const ZSH = `#compdef palisade
# palisade completion for zsh, after compinit: eval "$(palisade completion zsh)"
_palisade() {
  local line value
  local -a described
  for line in "\${(@f)$("\${(Q)words[1]}" complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case "$line" in
      :none | "") ;;
      :files) [[ "\${words[CURRENT]}" == --*=* ]] && compset -P '*='; _files ;;
      :folders) [[ "\${words[CURRENT]}" == --*=* ]] && compset -P '*='; _files -/ ;;
      *)
        value="\${line%%$'\\t'*}"
        value="\${value//:/\\\\:}"
        [[ "$line" == *$'\\t'?* ]] && value+=":\${line#*$'\\t'}"
        described+=("$value")
        ;;
    esac
  done
  (( \${#described} )) && _describe palisade described
}
if [[ "\${funcstack[1]}" == _palisade ]]; then _palisade "$@"; else compdef _palisade palisade; fi
`;

const FISH = `# palisade completion for fish: palisade completion fish | source
function __palisade_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in ($words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
    switch $line
      case ':none'
      case ':files'
        __fish_complete_path (string replace -r '^--[^=]*=' '' -- "$current")
      case ':folders'
        __fish_complete_directories (string replace -r '^--[^=]*=' '' -- "$current")
      case '*'
        echo $line
    end
  end
end
complete -c palisade -f -a '(__palisade_complete)'
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
