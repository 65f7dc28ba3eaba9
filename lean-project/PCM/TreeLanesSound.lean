module

public import PCM.TreeLanes
public import PCM.TreeLanesCells

/-!
# The bound on lanes is a bound

For a point of the box, follow the lanes of the leaves that it reaches, one for each tree. No cut strikes them out on
the side on which the point lies, so that each tree's contribution is at most the greatest that is alive.
-/

@[expose] public noncomputable section

namespace PCM.TreeLanes

open Lanes

/-! ## Columns -/

theorem cell_join_low {b n x y i : Nat} (hi : i < n) : cell b (join b n x y) i = cell b x i := by
  obtain ⟨k, rfl⟩ : ∃ k, n = i + (1 + k) := ⟨n - i - 1, by omega⟩
  show (x + y <<< ((b + 1) * (i + (1 + k)))) >>> ((b + 1) * i) % 2 ^ (b + 1) = x >>> ((b + 1) * i) % 2 ^ (b + 1)
  have e : y <<< ((b + 1) * (i + (1 + k))) = 2 ^ ((b + 1) * i) * (2 ^ (b + 1) * (2 ^ ((b + 1) * k) * y)) := by
    rw [Nat.shiftLeft_eq, Nat.mul_add, Nat.mul_add, Nat.pow_add, Nat.pow_add, Nat.mul_one]
    ac_rfl
  rw [e, Nat.shiftRight_eq_div_pow, Nat.shiftRight_eq_div_pow, Nat.add_mul_div_left _ _ (Nat.two_pow_pos _),
    Nat.add_mul_mod_self_left]

theorem cell_join_high {b n x y : Nat} (i : Nat) (hx : x < 2 ^ ((b + 1) * n)) :
    cell b (join b n x y) (n + i) = cell b y i := by
  rw [Nat.add_comm, ← cell_shift]
  congr 1
  show (x + y <<< ((b + 1) * n)) >>> ((b + 1) * n) = y
  rw [Nat.shiftLeft_eq, Nat.shiftRight_eq_div_pow, Nat.add_mul_div_right _ _ (Nat.two_pow_pos _), Nat.div_eq_of_lt hx,
    Nat.zero_add]

theorem join_lt {b n m x y : Nat} (hx : x < 2 ^ ((b + 1) * n)) (hy : y < 2 ^ ((b + 1) * m)) :
    join b n x y < 2 ^ ((b + 1) * (n + m)) := by
  show x + y <<< ((b + 1) * n) < _
  rw [Nat.shiftLeft_eq, Nat.mul_add, Nat.pow_add]
  have := Nat.mul_le_mul_left (2 ^ ((b + 1) * n)) (Nat.succ_le_of_lt hy)
  rw [Nat.mul_succ] at this
  rw [Nat.mul_comm y]
  omega

theorem fill_lt {b n x : Nat} (hx : x < 2 ^ b) : fill b n x < 2 ^ ((b + 1) * n) := by
  show x * repunit b n < _
  rw [repunit_eq, ← ones_spec b n]
  have : x ≤ 2 ^ (b + 1) - 1 := by rw [Nat.pow_succ]; omega
  exact Nat.lt_succ_of_le (Nat.mul_le_mul_right _ this)

theorem cell_fill {b n x i : Nat} (hx : x < 2 ^ b) (hi : i < n) : cell b (fill b n x) i = x := by
  have h0 : Clear b n 0 := ⟨Nat.two_pow_pos _, fun i _ => by simp [cell, Nat.two_pow_pos]⟩
  have := cell_add h0 (Nat.le_of_lt hx) hi
  show cell b (x * repunit b n) i = x
  rw [repunit_eq]
  simpa [cell] using this

theorem both_eq_true {a b : Bool} : both a b = true ↔ a = true ∧ b = true := by
  cases a <;> simp [both]

theorem given_eq {α : Type} (x : Nat) (f : Nat → α) : given x f = f x := by cases x <;> rfl

theorem large_eq {α : Type} (x : Nat) (f : Nat → α) : large x f = f x := by
  unfold large
  rw [given_eq]
  congr 1
  show (x <<< 64 + x % 18446744073709551557) >>> 64 = x
  rw [Nat.shiftLeft_eq, Nat.shiftRight_eq_div_pow]
  have := Nat.mod_lt x (y := 18446744073709551557) (by omega)
  omega

theorem lesser_le (x y : Nat) : lesser x y ≤ x ∧ lesser x y ≤ y := by
  unfold lesser
  cases h : Nat.ble x y with
  | true => exact ⟨Nat.le_refl x, Nat.le_of_ble_eq_true h⟩
  | false =>
    have : ¬ x ≤ y := fun hle => by rw [Nat.ble_eq_true_of_le hle] at h; exact Bool.noConfusion h
    exact ⟨by show y ≤ x; omega, Nat.le_refl y⟩

theorem column_cons (l : Layout) (of : Tree → Nat) (t : Tree) (rest : List Tree) :
    column l of (t :: rest) = join l.bits l.lanes (of t) (column l of rest) := rfl

theorem cell_column {l : Layout} {of : Tree → Nat} {trees : List Tree}
    (h : ∀ t ∈ trees, of t < 2 ^ ((l.bits + 1) * l.lanes)) {k i : Nat} {t : Tree} (ht : trees[k]? = some t)
    (hi : i < l.lanes) : cell l.bits (column l of trees) (l.lanes * k + i) = cell l.bits (of t) i := by
  induction trees generalizing k with
  | nil => simp at ht
  | cons u rest ih =>
    rw [column_cons]
    cases k with
    | zero =>
      simp only [List.getElem?_cons_zero, Option.some.injEq] at ht
      subst ht
      rw [Nat.mul_zero, Nat.zero_add, cell_join_low hi]
    | succ k =>
      rw [Nat.mul_succ, show l.lanes * k + l.lanes + i = l.lanes + (l.lanes * k + i) by omega,
        cell_join_high _ (h u (List.mem_cons_self ..))]
      exact ih (fun t ht => h t (List.mem_cons_of_mem _ ht)) (by simpa using ht)

/-! ## The lane of a point -/

theorem size_node (f t : Nat) (p q : Tree) : size (.node f t p q) = size p + size q := rfl

/-- The leaf that a point reaches, counted from the tree's first. -/
def lane : Tree → List Nat → Nat
  | .leaf _, _ => 0
  | .node f t p q, x => if x.getD f 0 ≤ t then lane p x else size p + lane q x

theorem lane_lt (tree : Tree) (x : List Nat) : lane tree x < size tree := by
  induction tree with
  | leaf => exact Nat.one_pos
  | node f t p q ihp ihq =>
    rw [size_node, lane]
    split <;> omega

/-- A question that the point answers so. -/
def Met (l : Layout) (x : List Nat) (key : Nat) : Prop :=
  key = 0 ∨ (∃ f t, t < l.stride ∧ key = atMost f * l.stride + t ∧ x.getD f 0 ≤ t) ∨
    ∃ f t, t < l.stride ∧ key = greater f * l.stride + t ∧ t < x.getD f 0

theorem key_cases (l : Layout) (part t : Nat) :
    key l part t = 0 ∨ (t < l.stride ∧ part * l.stride + t < 2 ^ l.bits ∧ key l part t = part * l.stride + t) := by
  unfold key
  cases h : both (Nat.ble (Nat.succ t) l.stride)
      (Nat.ble (Nat.succ (Nat.add (Nat.mul part l.stride) t)) (Nat.pow 2 l.bits))
  · exact Or.inl rfl
  · have := both_eq_true.mp h
    exact Or.inr ⟨Nat.le_of_ble_eq_true this.1, Nat.le_of_ble_eq_true this.2, rfl⟩

theorem key_lt (l : Layout) (part t : Nat) : key l part t < 2 ^ l.bits := by
  rcases key_cases l part t with h | ⟨-, h, e⟩
  · rw [h]; exact Nat.two_pow_pos _
  · rw [e]; exact h

theorem met_atMost {l : Layout} {x : List Nat} {f t : Nat} (h : x.getD f 0 ≤ t) : Met l x (key l (atMost f) t) := by
  rcases key_cases l (atMost f) t with h0 | ⟨ht, -, e⟩
  · exact Or.inl h0
  · exact Or.inr (Or.inl ⟨f, t, ht, e, h⟩)

theorem met_greater {l : Layout} {x : List Nat} {f t : Nat} (h : t < x.getD f 0) : Met l x (key l (greater f) t) := by
  rcases key_cases l (greater f) t with h0 | ⟨ht, -, e⟩
  · exact Or.inl h0
  · exact Or.inr (Or.inr ⟨f, t, ht, e, h⟩)

theorem keys_leaf (l : Layout) (s : Int) (level : Nat) : keys l (.leaf s) level = 0 := rfl

theorem keys_zero (l : Layout) (f t : Nat) (p q : Tree) : keys l (.node f t p q) 0 =
    join l.bits (size p) (fill l.bits (size p) (key l (atMost f) t)) (fill l.bits (size q) (key l (greater f) t)) := rfl

theorem keys_succ (l : Layout) (f t : Nat) (p q : Tree) (level : Nat) : keys l (.node f t p q) (level + 1) =
    join l.bits (size p) (keys l p level) (keys l q level) := rfl

theorem keys_lt (l : Layout) (tree : Tree) (level : Nat) : keys l tree level < 2 ^ ((l.bits + 1) * size tree) := by
  induction tree generalizing level with
  | leaf => exact Nat.two_pow_pos _
  | node f t p q ihp ihq =>
    rw [size_node]
    cases level with
    | zero => exact join_lt (fill_lt (key_lt ..)) (fill_lt (key_lt ..))
    | succ level => exact join_lt (ihp level) (ihq level)

/-- A point answers all questions on the way to its leaf as they stand there. -/
theorem met_keys (l : Layout) (tree : Tree) (x : List Nat) (level : Nat) :
    Met l x (cell l.bits (keys l tree level) (lane tree x)) := by
  induction tree generalizing level with
  | leaf => exact Or.inl (by simp [keys_leaf, cell])
  | node f t p q ihp ihq =>
    rw [lane]
    cases level with
    | zero =>
      rw [keys_zero]
      split
      · rename_i h
        rw [cell_join_low (lane_lt p x), cell_fill (key_lt ..) (lane_lt p x)]
        exact met_atMost h
      · rename_i h
        rw [cell_join_high _ (fill_lt (key_lt ..)), cell_fill (key_lt ..) (lane_lt q x)]
        exact met_greater (Nat.lt_of_not_le h)
    | succ level =>
      rw [keys_succ]
      split
      · rw [cell_join_low (lane_lt p x)]; exact ihp level
      · rw [cell_join_high _ (keys_lt ..)]; exact ihq level

theorem scores_node (l : Layout) (f t : Nat) (p q : Tree) :
    scores l (.node f t p q) = join l.bits (size p) (scores l p) (scores l q) := rfl

theorem roomy_node {l : Layout} {f t : Nat} {p q : Tree} (h : roomy l (.node f t p q) = true) :
    roomy l p = true ∧ roomy l q = true := both_eq_true.mp h

theorem scores_lt {l : Layout} {tree : Tree} (h : roomy l tree = true) :
    scores l tree < 2 ^ ((l.bits + 1) * size tree) := by
  induction tree with
  | leaf s =>
    have : shifted l s < 2 ^ l.bits := Nat.le_of_ble_eq_true h
    exact Nat.lt_of_lt_of_le this (Nat.pow_le_pow_right (by omega) (by show l.bits ≤ (l.bits + 1) * 1; omega))
  | node f t p q ihp ihq => exact join_lt (ihp (roomy_node h).1) (ihq (roomy_node h).2)

/-- The lane of a point holds what the tree gives it. -/
theorem cell_scores {l : Layout} {tree : Tree} (h : roomy l tree = true) (x : List Nat) :
    cell l.bits (scores l tree) (lane tree x) = shifted l (tree.eval x) := by
  induction tree with
  | leaf s =>
    have : shifted l s < 2 ^ l.bits := Nat.le_of_ble_eq_true h
    show cell l.bits (shifted l s) 0 = shifted l s
    rw [cell_zero, Nat.mod_eq_of_lt (by rw [Nat.pow_succ]; omega)]
  | node f t p q ihp ihq =>
    rw [lane, Tree.eval, scores_node]
    split
    · rw [cell_join_low (lane_lt p x)]; exact ihp (roomy_node h).1
    · rw [cell_join_high _ (scores_lt (roomy_node h).1)]; exact ihq (roomy_node h).2

theorem le_shifted (l : Layout) (s : Int) : s ≤ (shifted l s : Int) - l.offset := by
  show s ≤ ((s + (l.offset : Int)).toNat : Int) - l.offset
  omega

/-! ## Striking out -/

/-- The leaves that the point reaches are alive. -/
def Follows (l : Layout) (trees : List Tree) (x : List Nat) (alive : Nat) : Prop :=
  ∀ k t, trees[k]? = some t → Lanes.guard l.bits alive (l.lanes * k + lane t x) = true

/-- What is needed of columns. -/
structure Good (l : Layout) (trees : List Tree) (c : Columns) : Prop where
  ones : c.ones = Lanes.ones l.bits (l.lanes * trees.length)
  room : ∀ t ∈ trees, size t ≤ l.lanes
  clear : ∀ k ∈ c.keys, Clear l.bits (l.lanes * trees.length) k
  met : ∀ x, ∀ col ∈ c.keys, ∀ k t, trees[k]? = some t → Met l x (cell l.bits col (l.lanes * k + lane t x))

theorem lane_inside {lanes n k i : Nat} (hk : k < n) (hi : i < lanes) : lanes * k + i < lanes * n := by
  have := Nat.mul_le_mul_left lanes (Nat.succ_le_of_lt hk)
  rw [Nat.mul_succ] at this
  omega

theorem Good.inside {l : Layout} {trees : List Tree} {c : Columns} (g : Good l trees c) {k : Nat} {t : Tree}
    (ht : trees[k]? = some t) (x : List Nat) : l.lanes * k + lane t x < l.lanes * trees.length := by
  obtain ⟨hk, e⟩ := List.getElem?_eq_some_iff.mp ht
  have hr := g.room t (e ▸ List.getElem_mem hk)
  exact lane_inside hk (Nat.lt_of_lt_of_le (lane_lt t x) hr)

theorem strike_sound {l : Layout} {trees : List Tree} {c : Columns} (g : Good l trees c) {x : List Nat} {i : Interval}
    (hi : ∀ key, Met l x key → ¬ i.Contains key) {alive : Nat} (h : Follows l trees x alive) :
    Follows l trees x (strike l c i alive) := by
  unfold strike
  cases hc : comparable l.bits i with
  | false => exact h
  | true =>
    intro k t ht
    have hk := h k t ht
    have hin := g.inside ht x
    have dead : Lanes.guard l.bits (List.rec (motive := fun _ => Nat) 0
        (fun k _ rest => Nat.lor (Condition.marks l.bits c.ones ⟨k, i⟩) rest) c.keys)
        (l.lanes * k + lane t x) = false := by
      have hclear := g.clear
      have hmet := g.met x
      rw [g.ones]
      generalize c.keys = cols at hclear hmet
      induction cols with
      | nil => simp [Lanes.guard]
      | cons col cols ih =>
        have e := ih (fun k hk => hclear k (List.mem_cons_of_mem _ hk)) (fun k hk => hmet k (List.mem_cons_of_mem _ hk))
        have hm := guard_marks (c := ⟨col, i⟩) (hclear col (List.mem_cons_self ..)) hin hc
        have hn : Lanes.guard l.bits (Condition.marks l.bits (Lanes.ones l.bits (l.lanes * trees.length)) ⟨col, i⟩)
            (l.lanes * k + lane t x) = false := by
          rw [← Bool.not_eq_true, hm]
          exact hi _ (hmet col (List.mem_cons_self ..) k t ht)
        show Lanes.guard l.bits (_ ||| _) _ = false
        simp only [Lanes.guard, Nat.testBit_or, Bool.or_eq_false_iff] at *
        exact ⟨hn, e⟩
    show Lanes.guard l.bits (alive ^^^ (alive &&& _)) _ = true
    simp only [Lanes.guard, Nat.testBit_xor, Nat.testBit_and] at *
    rw [dead, hk]
    rfl

theorem same_part {stride a b t u : Nat} (ht : t < stride) (h1 : b * stride ≤ a * stride + t)
    (h2 : a * stride + t ≤ b * stride + u) (hu : u < stride) : a = b := by
  rcases Nat.lt_trichotomy a b with h | h | h
  · have := Nat.mul_le_mul_right stride (Nat.succ_le_of_lt h)
    rw [Nat.succ_mul] at this
    omega
  · exact h
  · have := Nat.mul_le_mul_right stride (Nat.succ_le_of_lt h)
    rw [Nat.succ_mul] at this
    omega

theorem strikeBelow_sound {l : Layout} {trees : List Tree} {c : Columns} (g : Good l trees c) (hs : 1 ≤ l.stride)
    {x : List Nat} {f last : Nat} (hx : x.getD f 0 ≤ last) {alive : Nat} (h : Follows l trees x alive) :
    Follows l trees x (strikeBelow l c f last alive) := by
  apply strike_sound g _ h
  rintro key hm ⟨h1, h2⟩
  have h1 : greater f * l.stride + last ≤ key := h1
  have h2 : key ≤ greater f * l.stride + (l.stride - 1) := h2
  rcases hm with rfl | ⟨f', t, ht, rfl, hm⟩ | ⟨f', t, ht, rfl, hm⟩
  · have : 1 * l.stride ≤ greater f * l.stride :=
      Nat.mul_le_mul_right _ (by unfold greater; exact Nat.succ_le_succ (Nat.zero_le _))
    omega
  · have e := same_part ht (by omega) h2 (by omega)
    have e : 2 * f' + 2 = 2 * f + 3 := e
    omega
  · have e := same_part ht (by omega) h2 (by omega)
    rw [e] at h1
    have e : 2 * f' + 3 = 2 * f + 3 := e
    obtain rfl : f' = f := by omega
    omega

theorem strikeAbove_sound {l : Layout} {trees : List Tree} {c : Columns} (g : Good l trees c) (hs : 1 ≤ l.stride)
    {x : List Nat} {f last : Nat} (hx : last < x.getD f 0) {alive : Nat} (h : Follows l trees x alive) :
    Follows l trees x (strikeAbove l c f last alive) := by
  apply strike_sound g _ h
  rintro key hm ⟨h1, h2⟩
  have h1 : atMost f * l.stride ≤ key := h1
  have h2 : key ≤ atMost f * l.stride + lesser last (l.stride - 1) := h2
  have hul := (lesser_le last (l.stride - 1)).1
  have hu : lesser last (l.stride - 1) < l.stride := by have := (lesser_le last (l.stride - 1)).2; omega
  rcases hm with rfl | ⟨f', t, ht, rfl, hm⟩ | ⟨f', t, ht, rfl, hm⟩
  · have : 1 * l.stride ≤ atMost f * l.stride :=
      Nat.mul_le_mul_right _ (by unfold atMost; exact Nat.succ_le_succ (Nat.zero_le _))
    omega
  · have e := same_part ht h1 h2 hu
    rw [e] at h2
    have e : 2 * f' + 2 = 2 * f + 2 := e
    obtain rfl : f' = f := by omega
    omega
  · have e := same_part ht h1 h2 hu
    have e : 2 * f' + 3 = 2 * f + 2 := e
    omega

end PCM.TreeLanes
