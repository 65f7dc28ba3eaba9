module

public import PCM.TreeLanesSound

/-!
# What the checker on lanes accepts is true

The rest of the proof: the greatest contributions, their sum, the parts of the partition; and `TreeLanes.of_check`.
-/

@[expose] public noncomputable section

namespace PCM

namespace TreeLanes

open Lanes

/-! ## The greatest of many lanes -/

/-- Lanes with clear guard bits, and nothing behind the first `n`. -/
def Low (b n x : Nat) : Prop := (∀ i, cell b x i < 2 ^ b) ∧ ∀ i, n ≤ i → cell b x i = 0

theorem low_of_clear {b n x : Nat} (h : Clear b n x) : Low b n x := by
  have h0 : ∀ i, n ≤ i → cell b x i = 0 := fun i hi => cell_of_lt h.1 hi
  refine ⟨fun i => ?_, h0⟩
  rcases Nat.lt_or_ge i n with hi | hi
  · exact h.2 i hi
  · rw [h0 i hi]; exact Nat.two_pow_pos _

theorem cell_ones_ge {b n i : Nat} (hi : n ≤ i) : cell b (Lanes.ones b n) i = 0 := cell_of_lt (ones_lt b n) hi

theorem cell_ones_le (b n i : Nat) : cell b (Lanes.ones b n) i ≤ 1 := by
  rcases Nat.lt_or_ge i n with hi | hi
  · rw [cell_ones hi]; exact Nat.le_refl 1
  · rw [cell_ones_ge hi]; exact Nat.zero_le 1

/-- All bits below the guard bit, in the lanes whose guard bit is set. -/
theorem cell_mask (b n x i : Nat) :
    cell b ((2 ^ b - 1) * ((x >>> b) &&& Lanes.ones b n)) i = if i < n ∧ 2 ^ b ≤ cell b x i then 2 ^ b - 1 else 0 := by
  have hc : ∀ j, cell b ((x >>> b) &&& Lanes.ones b n) j = if j < n ∧ 2 ^ b ≤ cell b x j then 1 else 0 := by
    intro j
    rcases Nat.lt_or_ge j n with hj | hj
    · rw [cell_guards x hj, guard_eq]
      by_cases h : 2 ^ b ≤ cell b x j <;> simp [h, hj]
    · rw [cell_and, cell_ones_ge hj, Nat.and_zero, if_neg (by omega)]
  have hp := Nat.two_pow_pos b
  rw [cell_mul_lanes, hc]
  · split <;> simp
  · intro j
    rw [hc, Nat.pow_succ]
    split <;> omega

theorem and_mask {b x : Nat} : x &&& (2 ^ b - 1) = x % 2 ^ b := Nat.and_two_pow_sub_one_eq_mod x b

theorem cell_greatest {b n x y : Nat} (hx : Low b n x) (hy : Low b n y) (i : Nat) :
    cell b (greatest b (Lanes.ones b n) x y) i = max (cell b x i) (cell b y i) := by
  have hB : 2 ^ (b + 1) = 2 ^ b * 2 := Nat.pow_succ ..
  have hp := Nat.two_pow_pos b
  have hguards : ∀ j, cell b (2 ^ b * Lanes.ones b n) j = 2 ^ b * cell b (Lanes.ones b n) j := by
    apply cell_mul_lanes
    intro j
    have := Nat.mul_le_mul_left (2 ^ b) (cell_ones_le b n j)
    omega
  have hadd : ∀ j, cell b (x + 2 ^ b * Lanes.ones b n) j = cell b x j + 2 ^ b * cell b (Lanes.ones b n) j := by
    intro j
    rw [cell_add_lanes, hguards]
    intro j
    rw [hguards]
    have := Nat.mul_le_mul_left (2 ^ b) (cell_ones_le b n j)
    have := hx.1 j
    omega
  have hsub : ∀ j, cell b (x + 2 ^ b * Lanes.ones b n - y) j =
      cell b x j + 2 ^ b * cell b (Lanes.ones b n) j - cell b y j := by
    intro j
    rw [cell_sub_lanes, hadd]
    intro j
    rw [hadd]
    rcases Nat.lt_or_ge j n with hj | hj
    · rw [cell_ones hj]; have := hy.1 j; omega
    · rw [hy.2 j hj]; exact Nat.zero_le _
  have hgain : ∀ j, cell b ((x + 2 ^ b * Lanes.ones b n - y) &&&
      ((2 ^ b - 1) * (((x + 2 ^ b * Lanes.ones b n - y) >>> b) &&& Lanes.ones b n))) j = cell b x j - cell b y j := by
    intro j
    rw [cell_and, cell_mask, hsub]
    have h1 := hx.1 j
    have h2 := hy.1 j
    rcases Nat.lt_or_ge j n with hj | hj
    · rw [cell_ones hj]
      split
      · rename_i h
        rw [and_mask, Nat.mod_eq_sub_mod h.2, Nat.mod_eq_of_lt (by omega)]
        omega
      · rename_i h
        rw [Nat.and_zero]
        omega
    · rw [if_neg (by omega), hx.2 j hj, Nat.and_zero, Nat.zero_sub]
  show cell b (y + ((x + 2 ^ b * Lanes.ones b n - y) &&&
      ((2 ^ b - 1) * (((x + 2 ^ b * Lanes.ones b n - y) >>> b) &&& Lanes.ones b n)))) i = _
  rw [cell_add_lanes, hgain]
  · omega
  · intro j
    rw [hgain]
    have := hx.1 j
    have := hy.1 j
    omega

theorem low_greatest {b n x y : Nat} (hx : Low b n x) (hy : Low b n y) :
    Low b n (greatest b (Lanes.ones b n) x y) := by
  constructor
  · intro i
    rw [cell_greatest hx hy]
    exact Nat.max_lt.mpr ⟨hx.1 i, hy.1 i⟩
  · intro i hi
    rw [cell_greatest hx hy, hx.2 i hi, hy.2 i hi, Nat.max_self]

theorem low_shift {b n x : Nat} (s : Nat) (h : Low b n x) : Low b n (x >>> ((b + 1) * s)) :=
  ⟨fun i => by rw [cell_shift]; exact h.1 _, fun i hi => by rw [cell_shift]; exact h.2 _ (by omega)⟩

theorem le_fold {b n : Nat} (k : Nat) {x : Nat} (h : Low b n x) (i : Nat) {s : Nat} (hs : s < 2 ^ k) :
    cell b x (i + s) ≤ cell b (fold b (Lanes.ones b n) k x) i := by
  induction k generalizing x i s with
  | zero =>
    obtain rfl : s = 0 := by simpa using hs
    exact Nat.le_refl _
  | succ k ih =>
    have hl := low_shift (2 ^ k) h
    have hg := low_greatest h hl
    have e : fold b (Lanes.ones b n) (k + 1) x =
        fold b (Lanes.ones b n) k (greatest b (Lanes.ones b n) x (x >>> ((b + 1) * 2 ^ k))) := large_eq ..
    rw [e]
    rw [Nat.pow_succ] at hs
    rcases Nat.lt_or_ge s (2 ^ k) with hlt | hge
    · refine Nat.le_trans ?_ (ih hg i hlt)
      rw [cell_greatest h hl]
      exact Nat.le_max_left ..
    · refine Nat.le_trans ?_ (ih hg i (s := s - 2 ^ k) (by omega))
      rw [cell_greatest h hl, cell_shift, show i + (s - 2 ^ k) + 2 ^ k = i + s by omega]
      exact Nat.le_max_right ..

/-! ## The sum over trees -/

theorem sum_le {trees : List Tree} {v : Tree → Nat} {g : Nat → Nat}
    (h : ∀ k t, trees[k]? = some t → v t ≤ g k) : (trees.map v).sum ≤ ((List.range trees.length).map g).sum := by
  induction trees generalizing g with
  | nil => exact Nat.le_refl 0
  | cons t rest ih =>
    rw [List.map_cons, List.sum_cons, List.length_cons, List.range_succ_eq_map, List.map_cons, List.sum_cons,
      List.map_map]
    exact Nat.add_le_add (h 0 t rfl) (ih (g := g ∘ Nat.succ) fun k u hu => h (k + 1) u (by simpa using hu))

theorem sum_range_le {n m : Nat} {g : Nat → Nat} (h : ∀ k < n, g k ≤ m) : ((List.range n).map g).sum ≤ n * m := by
  induction n generalizing g with
  | zero => exact Nat.zero_le _
  | succ n ih =>
    rw [List.range_succ_eq_map, List.map_cons, List.sum_cons, List.map_map, Nat.succ_mul, Nat.add_comm]
    exact Nat.add_le_add (ih (g := g ∘ Nat.succ) fun k hk => h (k + 1) (Nat.succ_lt_succ hk)) (h 0 (Nat.succ_pos n))

/-- Casting out finds at least the sum of the first lanes of all trees. -/
theorem le_cast_out {b lanes n x c : Nat} (hl : 1 ≤ lanes) (trees : List Tree) (v : Tree → Nat) (hn : trees.length = n)
    (hc : c = (2 ^ (b + 1) - 1) * repunit ((b + 1) * lanes - 1) n)
    (hroom : n * (2 ^ (b + 1) - 1) < 2 ^ ((b + 1) * lanes) - 1)
    (hv : ∀ k t, trees[k]? = some t → v t ≤ cell b x (lanes * k)) :
    (trees.map v).sum ≤ (x &&& c) % (2 ^ ((b + 1) * lanes) - 1) := by
  subst hn
  have hw : b + 1 ≤ (b + 1) * lanes := Nat.le_mul_of_pos_right _ hl
  have hpow : 2 ^ (b + 1) ≤ 2 ^ ((b + 1) * lanes) := Nat.pow_le_pow_right (by omega) hw
  have hp := Nat.two_pow_pos (b + 1)
  obtain ⟨d, hd⟩ : ∃ d, (b + 1) * lanes = d + 1 := ⟨(b + 1) * lanes - 1, by omega⟩
  rw [hd, Nat.add_sub_cancel, repunit_eq] at hc
  have hcell : ∀ k, k < trees.length → cell d c k = 2 ^ (b + 1) - 1 := by
    intro k hk
    rw [hc, cell_mul_lanes, cell_ones hk, Nat.mul_one]
    intro j
    have := Nat.mul_le_mul_left (2 ^ (b + 1) - 1) (cell_ones_le d trees.length j)
    rw [← hd]
    omega
  have hlt : x &&& c < 2 ^ ((d + 1) * trees.length) := by
    apply Nat.lt_of_le_of_lt Nat.and_le_right
    rw [hc, ← ones_spec d]
    apply Nat.lt_succ_of_le
    apply Nat.mul_le_mul_right
    rw [← hd]
    omega
  have hcap : ((List.range trees.length).map (cell d (x &&& c))).sum ≤ trees.length * (2 ^ (b + 1) - 1) := by
    apply sum_range_le
    intro k hk
    rw [cell_and, hcell k hk]
    exact Nat.and_le_right
  rw [hd] at hroom ⊢
  rw [mod_sum d trees.length _ hlt, Nat.mod_eq_of_lt (by omega)]
  apply sum_le
  intro k t ht
  obtain ⟨hk, -⟩ := List.getElem?_eq_some_iff.mp ht
  refine Nat.le_trans (hv k t ht) ?_
  have hsub : ∀ y, cell b y (lanes * k) = cell d y k % 2 ^ (b + 1) := by
    intro y
    rw [cell, cell, ← Nat.mul_assoc, hd, Nat.mod_mod_of_dvd]
    rw [← hd]
    exact Nat.pow_dvd_pow 2 hw
  rw [cell_and, hcell k hk, and_mask, ← hsub]
  exact Nat.le_refl _

/-- The scores of all trees, shifted. -/
def shiftedSum (l : Layout) (trees : List Tree) (x : List Nat) : Nat :=
  (trees.map fun t => shifted l (t.eval x)).sum

/-- What `total` needs of columns. -/
structure Ready (l : Layout) (trees : List Tree) (c : Columns) : Prop extends Good l trees c where
  firsts : c.firsts = (2 ^ (l.bits + 1) - 1) * repunit ((l.bits + 1) * l.lanes - 1) trees.length
  scores : Clear l.bits (l.lanes * trees.length) c.scores
  scored : ∀ x k t, trees[k]? = some t → cell l.bits c.scores (l.lanes * k + lane t x) = shifted l (t.eval x)
  countable : trees.length * (2 ^ (l.bits + 1) - 1) < 2 ^ ((l.bits + 1) * l.lanes) - 1

theorem le_total {l : Layout} {trees : List Tree} {c : Columns} (r : Ready l trees c) {x : List Nat} {alive : Nat}
    (h : Follows l trees x alive) : shiftedSum l trees x ≤ total l c alive := by
  have hlow := low_of_clear r.scores
  have hv : Low l.bits (l.lanes * trees.length)
      (c.scores &&& ((2 ^ l.bits - 1) * ((alive >>> l.bits) &&& Lanes.ones l.bits (l.lanes * trees.length)))) := by
    constructor
    · intro i
      rw [cell_and]
      exact Nat.lt_of_le_of_lt Nat.and_le_left (hlow.1 i)
    · intro i hi
      rw [cell_and, hlow.2 i hi, Nat.zero_and]
  have hlanes : 1 ≤ l.lanes := Nat.two_pow_pos l.folds
  refine le_cast_out hlanes trees _ rfl r.firsts r.countable fun k t ht => ?_
  have hin := r.inside ht x
  have ha := h k t ht
  rw [guard_eq, decide_eq_true_eq] at ha
  obtain ⟨hk, e⟩ := List.getElem?_eq_some_iff.mp ht
  have hsize := r.room t (e ▸ List.getElem_mem hk)
  have hf := le_fold l.folds hv (l.lanes * k) (s := lane t x) (Nat.lt_of_lt_of_le (lane_lt t x) hsize)
  rw [cell_and, cell_mask, if_pos ⟨hin, ha⟩, and_mask, Nat.mod_eq_of_lt (hlow.1 _), r.scored x k t ht] at hf
  rw [r.ones]
  exact hf

/-! ## The parts, and the whole -/

/-- The point lies in a part that was not read yet. -/
def Waits (l : Layout) (trees : List Tree) (x : List Nat) (stack : List Nat) : Prop :=
  ∃ alive, alive ∈ stack ∧ Follows l trees x alive

theorem readParts_sound {l : Layout} {trees : List Tree} {c : Columns} (r : Ready l trees c) (hs : 1 ≤ l.stride)
    {limit bits rows feature number : Nat} {x : List Nat} {stack left : List Nat} (hx : Waits l trees x stack)
    (h : readParts l c limit bits rows feature number stack = some left) :
    shiftedSum l trees x ≤ limit ∨ Waits l trees x left := by
  induction rows generalizing feature number stack with
  | zero =>
    have h : some stack = some left := h
    injection h with h
    exact Or.inr (h ▸ hx)
  | succ rows ih =>
    obtain ⟨alive, hm, hf⟩ := hx
    cases stack with
    | nil => cases hm
    | cons top rest =>
      have h : given (feature >>> (bits + 1)) (fun features => given (number >>> (bits + 1)) fun numbers =>
          Nat.rec (motive := fun _ => Option (List Nat))
            (Bool.rec (motive := fun _ => Option (List Nat)) none
              (readParts l c limit bits rows features numbers rest) (Nat.ble (total l c top) limit))
            (fun f _ => given (number % 2 ^ (bits + 1)) fun last => large (strikeBelow l c f last top) fun below =>
              large (strikeAbove l c f last top) fun above =>
                readParts l c limit bits rows features numbers (below :: above :: rest))
            (feature % 2 ^ (bits + 1))) = some left := h
      rw [given_eq, given_eq] at h
      generalize feature % 2 ^ (bits + 1) = tag at h
      cases tag with
      | zero =>
        cases hb : Nat.ble (total l c top) limit with
        | false =>
          rw [hb] at h
          have h : (none : Option (List Nat)) = some left := h
          cases h
        | true =>
          rw [hb] at h
          rcases List.mem_cons.mp hm with rfl | hm
          · exact Or.inl (Nat.le_trans (le_total r hf) (Nat.le_of_ble_eq_true hb))
          · exact ih ⟨alive, hm, hf⟩ h
      | succ f =>
        simp only [given_eq, large_eq] at h
        refine ih ?_ h
        rcases List.mem_cons.mp hm with rfl | hm
        · rcases Nat.lt_or_ge (number % 2 ^ (bits + 1)) (x.getD f 0) with hx | hx
          · exact ⟨_, List.mem_cons_of_mem _ (List.mem_cons_self ..), strikeAbove_sound r.toGood hs hx hf⟩
          · exact ⟨_, List.mem_cons_self .., strikeBelow_sound r.toGood hs hx hf⟩
        · exact ⟨alive, List.mem_cons_of_mem _ (List.mem_cons_of_mem _ hm), hf⟩

theorem readSplits_sound {l : Layout} {trees : List Tree} {c : Columns} (r : Ready l trees c) (hs : 1 ≤ l.stride)
    {limit bits : Nat} {blocks : List NodeBlock} {x : List Nat} {stack : List Nat} (hx : Waits l trees x stack)
    (h : readSplits l c limit bits blocks stack = true) : shiftedSum l trees x ≤ limit := by
  induction blocks generalizing stack with
  | nil =>
    obtain ⟨alive, hm, -⟩ := hx
    cases stack with
    | nil => cases hm
    | cons => exact Bool.noConfusion h
  | cons b blocks ih =>
    have h : Option.rec (motive := fun _ => Bool) false (fun left => readSplits l c limit bits blocks left)
        (readParts l c limit bits b.rows b.feature b.number stack) = true := h
    cases hp : readParts l c limit bits b.rows b.feature b.number stack with
    | none => rw [hp] at h; exact Bool.noConfusion h
    | some left =>
      rw [hp] at h
      rcases readParts_sound r hs hx hp with hle | hx
      · exact hle
      · exact ih hx h

theorem follows_outside {l : Layout} {trees : List Tree} {c : Columns} (g : Good l trees c) (hs : 1 ≤ l.stride)
    {x : List Nat} {box : Box} {f : Nat} (hx : box.Contains (x.drop f)) {alive : Nat} (h : Follows l trees x alive) :
    Follows l trees x (strikeOutside l c box f alive) := by
  induction box generalizing f alive with
  | nil => exact h
  | cons i box ih =>
    cases hd : x.drop f with
    | nil => rw [hd] at hx; exact hx.elim
    | cons v rest =>
      rw [hd] at hx
      obtain ⟨hi, hx⟩ := hx
      have hv : x.getD f 0 = v := by
        have : (x.drop f)[0]? = some v := by rw [hd]; rfl
        rw [List.getElem?_drop, Nat.add_zero] at this
        rw [List.getD_eq_getElem?_getD, this]; rfl
      have hrest : x.drop (f + 1) = rest := by
        rw [← List.drop_drop, hd]; rfl
      apply ih (f := f + 1) (by rw [hrest]; exact hx)
      have hb := strikeBelow_sound g hs (by rw [hv]; exact hi.2) h
      cases hlow : i.lower with
      | zero => exact hb
      | succ lower => exact strikeAbove_sound g hs (by have := hi.1; omega) hb

theorem count_eq (trees : List Tree) : TreeLanes.count trees = trees.length := by
  induction trees with
  | nil => rfl
  | cons t rest ih => show (TreeLanes.count rest).succ = _; rw [ih]; rfl

theorem fit_sound {l : Layout} {trees : List Tree} (h : fit l trees = true) :
    ∀ t ∈ trees, size t ≤ l.lanes ∧ roomy l t = true := by
  induction trees with
  | nil => exact fun t ht => by cases ht
  | cons u rest ih =>
    have h : both (both (Nat.ble (size u) l.lanes) (roomy l u)) (fit l rest) = true := h
    rw [both_eq_true, both_eq_true] at h
    intro t ht
    rcases List.mem_cons.mp ht with rfl | ht
    · exact ⟨Nat.le_of_ble_eq_true h.1.1, h.1.2⟩
    · exact ih h.2 t ht

theorem givenKeys_succ (l : Layout) (trees : List Tree) (levels level : Nat) (f : List Nat → Bool) :
    givenKeys l trees (levels + 1) level f =
      given (column l (fun t => keys l t level) trees) fun k =>
        givenKeys l trees levels (level + 1) fun ks => f (k :: ks) := rfl

theorem givenKeys_eq (l : Layout) (trees : List Tree) (levels level : Nat) (f : List Nat → Bool) :
    ∃ ks, givenKeys l trees levels level f = f ks ∧
      ∀ k ∈ ks, ∃ j, k = column l (fun t => keys l t j) trees := by
  induction levels generalizing level f with
  | zero => exact ⟨[], rfl, fun k hk => by cases hk⟩
  | succ levels ih =>
    obtain ⟨ks, e, h⟩ := ih (level + 1) fun ks => f (column l (fun t => keys l t level) trees :: ks)
    refine ⟨column l (fun t => keys l t level) trees :: ks, ?_, ?_⟩
    · rw [givenKeys_succ, given_eq]
      exact e
    · intro k hk
      rcases List.mem_cons.mp hk with rfl | hk
      · exact ⟨level, rfl⟩
      · exact h k hk

theorem columnsFit_sound {l : Layout} {lanes : Nat} {c : Columns} (hc : c.ones = repunit l.bits lanes)
    (h : columnsFit l lanes c = true) :
    Clear l.bits lanes c.scores ∧ ∀ k ∈ c.keys, Clear l.bits lanes k := by
  obtain ⟨h0, h1⟩ := both_eq_true.mp h
  rw [hc, repunit_eq] at h0 h1
  refine ⟨clear_of_fits h0, ?_⟩
  generalize c.keys = ks at h1
  induction ks with
  | nil => exact fun k hk => by cases hk
  | cons u rest ih =>
    have h1 := both_eq_true.mp h1
    intro k hk
    rcases List.mem_cons.mp hk with rfl | hk
    · exact clear_of_fits h1.1
    · exact ih h1.2 k hk

theorem below_lanes {l : Layout} {trees : List Tree} (hfit : ∀ t ∈ trees, size t ≤ l.lanes ∧ roomy l t = true)
    {of : Tree → Nat} (h : ∀ t ∈ trees, of t < 2 ^ ((l.bits + 1) * size t)) :
    ∀ t ∈ trees, of t < 2 ^ ((l.bits + 1) * l.lanes) := fun t ht =>
  Nat.lt_of_lt_of_le (h t ht) (Nat.pow_le_pow_right (by omega) (Nat.mul_le_mul_left _ (hfit t ht).1))

theorem lane_lt_lanes {l : Layout} {trees : List Tree} (hfit : ∀ t ∈ trees, size t ≤ l.lanes ∧ roomy l t = true)
    {k : Nat} {t : Tree} (ht : trees[k]? = some t) (x : List Nat) : t ∈ trees ∧ lane t x < l.lanes := by
  obtain ⟨hk, e⟩ := List.getElem?_eq_some_iff.mp ht
  have hm : t ∈ trees := e ▸ List.getElem_mem hk
  exact ⟨hm, Nat.lt_of_lt_of_le (lane_lt t x) (hfit t hm).1⟩

theorem met_column {l : Layout} {trees : List Tree} (hfit : ∀ t ∈ trees, size t ≤ l.lanes ∧ roomy l t = true)
    {ks : List Nat} (hks : ∀ k ∈ ks, ∃ j, k = column l (fun t => keys l t j) trees) (x : List Nat) :
    ∀ col ∈ ks, ∀ k t, trees[k]? = some t → Met l x (cell l.bits col (l.lanes * k + lane t x)) := by
  intro col hcol k t ht
  obtain ⟨j, rfl⟩ := hks col hcol
  rw [cell_column (below_lanes hfit fun t _ => keys_lt l t j) ht (lane_lt_lanes hfit ht x).2]
  exact met_keys l t x j

theorem scored_column {l : Layout} {trees : List Tree} (hfit : ∀ t ∈ trees, size t ≤ l.lanes ∧ roomy l t = true)
    (x : List Nat) (k : Nat) (t : Tree) (ht : trees[k]? = some t) :
    cell l.bits (column l (scores l) trees) (l.lanes * k + lane t x) = shifted l (t.eval x) := by
  rw [cell_column (below_lanes hfit fun t h => scores_lt (hfit t h).2) ht (lane_lt_lanes hfit ht x).2]
  exact cell_scores (hfit t (lane_lt_lanes hfit ht x).1).2 x

theorem le_of_checkLimit {l : Layout} {trees : List Tree} {limit : Nat} {box : Box} {p : Splits}
    (h : checkLimit l trees trees.length limit box p = true) {x : List Nat} (hx : box.Contains x) :
    shiftedSum l trees x ≤ limit := by
  unfold checkLimit at h
  rw [both_eq_true, both_eq_true, given_eq, given_eq, given_eq, given_eq] at h
  obtain ⟨⟨hs, hfit⟩, h⟩ := h
  have hs : 1 ≤ l.stride := Nat.le_of_ble_eq_true hs
  have hfit := fit_sound hfit
  obtain ⟨ks, e, hks⟩ := givenKeys_eq l trees l.depth 0 fun keys =>
    run l trees.length (l.lanes * trees.length) limit box p
      { ones := repunit l.bits (l.lanes * trees.length)
        firsts := (2 ^ (l.bits + 1) - 1) * repunit ((l.bits + 1) * l.lanes - 1) trees.length
        keys := keys
        scores := column l (scores l) trees }
  have h := e.symm.trans h
  obtain ⟨hcols, h⟩ := both_eq_true.mp h
  obtain ⟨hcount, h⟩ := both_eq_true.mp h
  rw [large_eq] at h
  obtain ⟨hscores, hclear⟩ := columnsFit_sound rfl hcols
  have g : Ready l trees
      { ones := repunit l.bits (l.lanes * trees.length)
        firsts := (2 ^ (l.bits + 1) - 1) * repunit ((l.bits + 1) * l.lanes - 1) trees.length
        keys := ks
        scores := column l (scores l) trees } :=
    { ones := repunit_eq ..
      room := fun t ht => (hfit t ht).1
      clear := hclear
      met := met_column hfit hks
      firsts := rfl
      scores := hscores
      scored := scored_column hfit
      countable := Nat.le_of_ble_eq_true hcount }
  refine readSplits_sound g hs ⟨_, List.mem_cons_self .., follows_outside g.toGood hs (f := 0) hx ?_⟩ h
  intro k t ht
  obtain ⟨hk, -⟩ := List.getElem?_eq_some_iff.mp ht
  show Lanes.guard l.bits (everyRow l.bits (repunit l.bits (l.lanes * trees.length))) _ = true
  rw [repunit_eq]
  exact guard_everyRow (lane_inside hk (lane_lt_lanes hfit ht x).2)

theorem sum_eval_le (l : Layout) (trees : List Tree) (x : List Nat) :
    (trees.map (·.eval x)).sum + (trees.length * l.offset : Nat) ≤ (shiftedSum l trees x : Int) := by
  unfold shiftedSum
  induction trees with
  | nil => simp
  | cons t rest ih =>
    have := le_shifted l (t.eval x)
    simp only [List.map_cons, List.sum_cons, List.length_cons, Nat.succ_mul, Int.natCast_add] at *
    omega

theorem of_checkTrees {l : Layout} {m : Ensemble} {bound : Int} {box : Box} {p : Splits}
    (h : checkTrees l m.base m.trees bound box p = true) : Universal m.eval bound box := by
  intro x hx
  unfold checkTrees at h
  rw [count_eq] at h
  have e : bound - m.base + (m.trees.length * l.offset : Nat) =
      Int.add (Int.sub bound m.base) (Int.ofNat (Nat.mul m.trees.length l.offset)) := rfl
  cases hl : Int.add (Int.sub bound m.base) (Int.ofNat (Nat.mul m.trees.length l.offset)) with
  | negSucc k => rw [hl] at h; exact Bool.noConfusion h
  | ofNat limit =>
    rw [hl] at h e
    have h1 := le_of_checkLimit h hx
    have h2 := sum_eval_le l m.trees x
    have e : bound - m.base + (m.trees.length * l.offset : Nat) = (limit : Int) := e
    show m.base + (m.trees.map (·.eval x)).sum ≤ bound
    omega

/-! ## Reading -/

theorem read_eq (offset feature number : Nat) (trees : List Tree) :
    read offset feature number trees = Forest.read offset feature number trees := by
  cases feature with
  | zero =>
    show Tree.leaf (Int.subNatNat number offset) :: trees = _
    rw [Int.subNatNat_eq_coe]
    cases trees <;> rfl
  | succ f =>
    cases trees with
    | nil => rfl
    | cons below tail => cases tail <;> rfl

theorem readRows_succ (bits offset rows feature number : Nat) (trees : List Tree) :
    readRows bits offset (rows + 1) feature number trees =
      read offset (cell bits feature 0) (cell bits number 0)
        (readRows bits offset rows (feature >>> (bits + 1)) (number >>> (bits + 1)) trees) := by
  rw [cell_zero, cell_zero]
  have e : readRows bits offset (rows + 1) feature number trees =
      given (feature % 2 ^ (bits + 1)) fun f => given (number % 2 ^ (bits + 1)) fun n =>
        given (feature >>> (bits + 1)) fun features => given (number >>> (bits + 1)) fun numbers =>
          read offset f n (readRows bits offset rows features numbers trees) := rfl
  rw [e, given_eq, given_eq, given_eq, given_eq]

theorem readRows_eq (bits offset rows feature number : Nat) (trees : List Tree) :
    readRows bits offset rows feature number trees = NodeBlock.read bits offset ⟨rows, feature, number⟩ trees := by
  unfold NodeBlock.read
  induction rows generalizing feature number with
  | zero => rfl
  | succ rows ih =>
    rw [readRows_succ, ih, read_eq, List.range_succ_eq_map, List.foldr_cons, List.foldr_map]
    simp only [Nat.succ_eq_add_one, cell_succ, Nat.shiftRight_eq_div_pow]

theorem readAll_eq (f : Forest) : readAll f = f.trees := by
  obtain ⟨base, bits, offset, blocks⟩ := f
  unfold Forest.trees readAll
  induction blocks with
  | nil => rfl
  | cons b rest ih =>
    rw [List.foldr_cons, ← ih]
    exact readRows_eq ..

/-- What the checker accepts is a bound for every point of the box, tested or not. -/
theorem of_check (l : Layout) {f : Forest} {bound : Int} {box : Box} (p : Splits)
    (h : check l f bound box p = true) : Universal f.ensemble.eval bound box := by
  unfold check at h
  rw [readAll_eq] at h
  exact of_checkTrees (m := f.ensemble) h

end TreeLanes

end PCM
